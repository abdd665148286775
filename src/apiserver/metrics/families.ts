/**
 * Counters, gauges and histograms whose hot path is an addition: who counts often holds on to its series instead of naming its labels each time.
 * Each family is a metric of a prom-client registry, which prints it.
 */
import type { Metric, Registry } from "prom-client";

/** Of one family. Labels come from what is served, so this is never reached unless something is wrong. */
const maximumSeries = 20_000;

export interface FamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Called before the family is printed. */
  collect?(): void;
}

type Labels = Readonly<Record<string, string>>;

interface Printed {
  readonly metricName?: string;
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** prom-client flattens one object once, however many values share it. */
  readonly sharedLabels: Labels;
}

abstract class Family<Series> {
  readonly name: string;
  readonly #options: FamilyOptions;
  readonly #type: string;
  readonly #series = new Map<string, { readonly labels: Labels; readonly series: Series }>();
  readonly #make: () => Series;

  constructor(registry: Registry, type: string, options: FamilyOptions, make: () => Series) {
    this.name = options.name;
    this.#type = type;
    this.#options = options;
    this.#make = make;
    if (!options.labelNames) this.labelled();
    registry.registerMetric(this as unknown as Metric);
  }

  /** The series with these values of the labels, in the order of `labelNames`; made on first use. */
  labelled(...values: readonly string[]): Series {
    const key = values.join("\n");
    const known = this.#series.get(key);
    if (known) return known.series;
    const series = this.#make();
    const names = this.#options.labelNames ?? [];
    const labels = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    if (this.#series.size < maximumSeries) this.#series.set(key, { labels, series });
    return series;
  }

  clear(): void {
    this.#series.clear();
  }

  /** Forgets the series that `goes` picks. Who holds one of them counts for nobody. */
  remove(goes: (labels: Labels) => boolean): void {
    for (const [key, { labels }] of this.#series) if (goes(labels)) this.#series.delete(key);
  }

  /** As prom-client asks a metric for its values. */
  async get(): Promise<object> {
    this.#options.collect?.();
    const values: Printed[] = [];
    for (const { labels, series } of this.#series.values()) this.print(series, labels, values);
    return { name: this.name, help: this.#options.help, type: this.#type, aggregator: "sum", values };
  }

  reset(): void {
    this.clear();
  }

  protected abstract print(series: Series, labels: Labels, into: Printed[]): void;
}

/** One number; whoever holds it adds to it or sets it. */
export class Value {
  value = 0;

  set(value: number): void {
    this.value = value;
  }
}

export class CounterFamily extends Family<Value> {
  constructor(registry: Registry, options: FamilyOptions) {
    super(registry, "counter", options, () => new Value());
  }

  protected print({ value }: Value, sharedLabels: Labels, into: Printed[]): void {
    into.push({ value, labels: {}, sharedLabels });
  }
}

export class GaugeFamily extends Family<Value> {
  constructor(registry: Registry, options: FamilyOptions) {
    super(registry, "gauge", options, () => new Value());
  }

  protected print({ value }: Value, sharedLabels: Labels, into: Printed[]): void {
    into.push({ value, labels: {}, sharedLabels });
  }
}

export class Distribution {
  readonly #bounds: readonly number[];
  /** One more than the bounds: what is larger than all of them. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** `times`: so many observations of the same value. */
  observe(value: number, times = 1): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > bounds[index]!) index++;
    this.counts[index]! += times;
    this.sum += value * times;
  }
}

export class HistogramFamily extends Family<Distribution> {
  readonly #buckets: readonly number[];

  /** `buckets`: upper bounds, ascending, without infinity. */
  constructor(registry: Registry, options: FamilyOptions & { readonly buckets: readonly number[] }) {
    super(registry, "histogram", options, () => new Distribution(options.buckets));
    this.#buckets = options.buckets;
  }

  protected print({ counts, sum }: Distribution, sharedLabels: Labels, into: Printed[]): void {
    let total = 0;
    counts.forEach((count, index) => {
      total += count;
      const le = this.#buckets[index] ?? "+Inf";
      into.push({ metricName: `${this.name}_bucket`, value: total, labels: { le }, sharedLabels });
    });
    into.push({ metricName: `${this.name}_sum`, value: sum, labels: {}, sharedLabels });
    into.push({ metricName: `${this.name}_count`, value: total, labels: {}, sharedLabels });
  }
}
