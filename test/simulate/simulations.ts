/** The simulations by name: each runs one seed, throws where a promise is broken, and answers what was done. */
import { SchedulerSimulation } from "./scheduler-simulation.ts";
import { StoreSimulation } from "./store-simulation.ts";

export const simulations: Readonly<Record<string, (seed: number) => Promise<Readonly<Record<string, number>>>>> = {
  scheduler: (seed) => new SchedulerSimulation(seed).run(),
  store: (seed) => new StoreSimulation(seed).run(),
};
