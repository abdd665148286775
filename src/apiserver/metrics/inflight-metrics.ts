/** How many requests are worked on at once, by whether they change anything: the most in the second before. */
import { performance } from "node:perf_hooks";
import type { Registry } from "prom-client";
import { GaugeFamily } from "./families.ts";

const kinds = ["readOnly", "mutating"] as const;
const windowSeconds = 1;

export class InFlightMetrics {
  readonly #counts = { readOnly: new HighWater(), mutating: new HighWater() };

  constructor(registry: Registry) {
    const gauge: GaugeFamily = new GaugeFamily(registry, {
      name: "apiserver_current_inflight_requests",
      help: "The most requests worked on at once in the last second.",
      labelNames: ["request_kind"],
      collect: () => {
        for (const kind of kinds) gauge.labelled(kind).set(this.#counts[kind].read(performance.now() / 1000));
      },
    });
  }

  /** `now` in seconds, on the process's clock. */
  begin(changes: boolean, now: number): void {
    this.#counts[changes ? "mutating" : "readOnly"].rise(now);
  }

  end(changes: boolean): void {
    this.#counts[changes ? "mutating" : "readOnly"].fall();
  }
}

class HighWater {
  #current = 0;
  #highest = 0;
  #before = 0;
  #since = 0;

  rise(now: number): void {
    this.#turn(now);
    this.#current++;
    if (this.#current > this.#highest) this.#highest = this.#current;
  }

  fall(): void {
    this.#current--;
  }

  read(now: number): number {
    this.#turn(now);
    return Math.max(this.#before, this.#highest);
  }

  #turn(now: number): void {
    const passed = now - this.#since;
    if (passed < windowSeconds) return;
    this.#before = passed < 2 * windowSeconds ? this.#highest : this.#current;
    this.#highest = this.#current;
    this.#since = now;
  }
}
