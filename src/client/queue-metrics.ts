/** How work queues do, under upstream's names: one meter for each queue, printed together. */
import type { Metric, Registry } from "prom-client";

const prefix = "workqueue_";
const bounds = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];

interface Printed {
  readonly metricName?: string;
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
}

/** Of durations in seconds. */
class Times {
  readonly #counts = new Float64Array(bounds.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    const index = bounds.findIndex((bound) => seconds <= bound);
    this.#counts[index < 0 ? bounds.length : index]!++;
    this.#sum += seconds;
  }

  print(metric: string, name: string): Printed[] {
    let total = 0;
    const buckets = [...this.#counts].map((count, index) => {
      total += count;
      return { metricName: `${metric}_bucket`, value: total, labels: { name, le: bounds[index] ?? "+Inf" } };
    });
    const labels = { name };
    return [
      ...buckets,
      { metricName: `${metric}_sum`, value: this.#sum, labels },
      { metricName: `${metric}_count`, value: total, labels },
    ];
  }
}

/** Of one queue; told by it what happens to keys. */
export class QueueMeter {
  readonly waited = new Times();
  readonly worked = new Times();
  adds = 0;
  retries = 0;
  /** When each key was added and taken, in seconds of the process's own clock. */
  readonly #added = new Map<unknown, number>();
  readonly #taken = new Map<unknown, number>();

  get depth(): number {
    return this.#added.size;
  }

  added(key: unknown): void {
    this.adds++;
    if (!this.#added.has(key)) this.#added.set(key, seconds());
  }

  taken(key: unknown): void {
    const now = seconds();
    const added = this.#added.get(key);
    this.#added.delete(key);
    if (added !== undefined) this.waited.observe(now - added);
    this.#taken.set(key, now);
  }

  done(key: unknown): void {
    const taken = this.#taken.get(key);
    this.#taken.delete(key);
    if (taken !== undefined) this.worked.observe(seconds() - taken);
  }

  closed(): void {
    this.#added.clear();
  }

  /** Of each key in work, for how long it has been. */
  running(): number[] {
    const now = seconds();
    return [...this.#taken.values()].map((taken) => now - taken);
  }
}

const seconds = (): number => performance.now() / 1000;

type Meters = Map<string, QueueMeter>;

const known = new WeakMap<Registry, Meters>();

/** The meter of the queue of that name: one that has it already goes on with it. */
export function queueMeter(registry: Registry, name: string): QueueMeter {
  let meters = known.get(registry);
  if (!meters) {
    meters = new Map();
    known.set(registry, meters);
    register(registry, meters);
  }
  const meter = meters.get(name) ?? new QueueMeter();
  meters.set(name, meter);
  return meter;
}

function register(registry: Registry, meters: Meters): void {
  const add = (name: string, type: string, help: string, print: (meter: QueueMeter, queue: string) => Printed[]) => {
    const metric = {
      name: prefix + name,
      get: async () => ({
        name: prefix + name,
        help,
        type,
        aggregator: "sum",
        values: [...meters].flatMap(([queue, meter]) => print(meter, queue)),
      }),
      reset: () => {},
    };
    registry.registerMetric(metric as unknown as Metric);
  };
  const number = (read: (meter: QueueMeter) => number) => (meter: QueueMeter, queue: string) => [
    { value: read(meter), labels: { name: queue } },
  ];
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  add(
    "adds_total",
    "counter",
    "Keys added to the queue.",
    number(({ adds }) => adds),
  );
  add(
    "retries_total",
    "counter",
    "Keys added again after a failure.",
    number(({ retries }) => retries),
  );
  add(
    "depth",
    "gauge",
    "Keys that wait.",
    number(({ depth }) => depth),
  );
  add(
    "unfinished_work_seconds",
    "gauge",
    "Age of all work under way.",
    number((meter) => total(meter.running())),
  );
  const longest = number((meter) => Math.max(0, ...meter.running()));
  add("longest_running_processor_seconds", "gauge", "Age of the oldest work under way.", longest);
  const histogram = (name: string, help: string, times: (meter: QueueMeter) => Times) =>
    add(name, "histogram", help, (meter, queue) => times(meter).print(prefix + name, queue));
  histogram("queue_duration_seconds", "How long keys wait.", ({ waited }) => waited);
  histogram("work_duration_seconds", "How long the work on a key takes.", ({ worked }) => worked);
}
