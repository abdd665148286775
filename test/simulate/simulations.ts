/** The simulations by name: each runs one seed, throws where a promise is broken, and answers what was done. */
import { StoreSimulation } from "./store-simulation.ts";

export const simulations: Readonly<Record<string, (seed: number) => Promise<Readonly<Record<string, number>>>>> = {
  store: (seed) => new StoreSimulation(seed).run(),
};
