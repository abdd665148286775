/** Counts of what watches send. */
import type { Registry } from "prom-client";
import type { ResourceInfo } from "../../api/mod.ts";
import { CounterFamily, type Distribution, HistogramFamily, type Value } from "./families.ts";

const sizeBuckets = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072];
const labelNames = ["group", "version", "resource"];

/** Of one resource. */
export interface WatchCounts {
  readonly events: Value;
  readonly sizes: Distribution;
}

export class WatchMetrics {
  readonly #events: CounterFamily;
  readonly #sizes: HistogramFamily;
  /** Watches that were ended because their client did not read. */
  readonly slow: CounterFamily;

  constructor(registry: Registry) {
    this.#events = new CounterFamily(registry, {
      name: "apiserver_watch_events_total",
      help: "Events sent to watches.",
      labelNames,
    });
    this.#sizes = new HistogramFamily(registry, {
      name: "apiserver_watch_events_sizes",
      help: "Sizes of events sent to watches, in bytes; of events sent together, their mean.",
      labelNames,
      buckets: sizeBuckets,
    });
    this.slow = new CounterFamily(registry, {
      name: "apiserver_terminated_watchers_total",
      help: "Watches that were ended because their client did not read.",
      labelNames: ["group", "resource"],
    });
  }

  of({ group, version, resource }: Pick<ResourceInfo, "group" | "version" | "resource">): WatchCounts {
    return {
      events: this.#events.labelled(group, version, resource),
      sizes: this.#sizes.labelled(group, version, resource),
    };
  }

  cut({ group, resource }: Pick<ResourceInfo, "group" | "resource">): void {
    this.slow.labelled(group, resource).value++;
  }
}
