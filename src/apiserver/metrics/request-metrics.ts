/** Counts of requests, under upstream's names. One look into a map for each request; all else is addition. */
import type { Registry } from "prom-client";
import type { ResourceTable } from "../registry/resource-table.ts";
import type { PathRoutes } from "../request/path-routes.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { CounterFamily, type Distribution, GaugeFamily, HistogramFamily, type Value } from "./families.ts";
import { labelsOf, type RequestLabels } from "./request-labels.ts";

const durationBuckets = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];
const objectiveBuckets = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const sizeBuckets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/** Every 100,000 bytes up to what a body may be. */
const bodyBuckets = Array.from({ length: 31 }, (_, index) => 50_000 + index * 100_000);
/** Upstream's words for what carries a body. */
const bodyVerbs: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  patch: "patch",
  delete: "delete",
  deletecollection: "delete_collection",
};
const fieldValidations = ["", "Ignore", "Warn", "Strict"];
const place = ["group", "version", "resource", "subresource", "scope", "component"];

export interface FinishedRequest {
  readonly info: RequestInfo;
  /** The content type was that of server-side apply. */
  readonly applies: boolean;
  readonly status: number;
  readonly seconds: number;
  /** Of them, spent in a queue of priority and fairness. */
  readonly queuedSeconds: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** Of the request's body; nothing where none was read. */
  readonly bodyBytes: number | undefined;
}

export interface RequestMetricsOptions {
  readonly registry: Registry;
  readonly table: ResourceTable;
  readonly paths: PathRoutes;
}

/** All series of one kind of request. */
interface RequestSeries {
  readonly labels: RequestLabels;
  readonly dryRun: string;
  readonly byStatus: Map<number, Value>;
  readonly duration: Distribution;
  readonly objective: Distribution | undefined;
  readonly sizes: Distribution | undefined;
  readonly bodies: Distribution | undefined;
  readonly validated: Distribution | undefined;
}

export class RequestMetrics {
  readonly #options: RequestMetricsOptions;
  readonly #known = new Map<string, RequestSeries>();
  readonly #total: CounterFamily;
  readonly #duration: HistogramFamily;
  readonly #objective: HistogramFamily;
  readonly #sizes: HistogramFamily;
  readonly #bodies: HistogramFamily;
  readonly #validations: HistogramFamily;
  readonly #running: GaugeFamily;
  readonly #terminations: CounterFamily;
  readonly #deprecated: GaugeFamily;
  #generation = -1;

  constructor(options: RequestMetricsOptions) {
    const { registry } = options;
    this.#options = options;
    this.#total = new CounterFamily(registry, {
      name: "apiserver_request_total",
      help: "Requests by what they asked for and how they were answered.",
      labelNames: ["verb", "dry_run", ...place, "code"],
    });
    this.#duration = new HistogramFamily(registry, {
      name: "apiserver_request_duration_seconds",
      help: "Time from a request's head to the end of its answer.",
      labelNames: ["verb", "dry_run", ...place],
      buckets: durationBuckets,
    });
    this.#objective = new HistogramFamily(registry, {
      name: "apiserver_request_sli_duration_seconds",
      help: "The same without the time in queues, for what is answered at once.",
      labelNames: ["verb", ...place],
      buckets: objectiveBuckets,
    });
    this.#sizes = new HistogramFamily(registry, {
      name: "apiserver_response_sizes",
      help: "Sizes of answers, in bytes, before they are compressed.",
      labelNames: ["verb", ...place],
      buckets: sizeBuckets,
    });
    this.#bodies = new HistogramFamily(registry, {
      name: "apiserver_request_body_size_bytes",
      help: "Sizes of requests, in bytes.",
      labelNames: ["group", "resource", "verb"],
      buckets: bodyBuckets,
    });
    this.#validations = new HistogramFamily(registry, {
      name: "field_validation_request_duration_seconds",
      help: "Time of writes, by how their fields are held against the schema.",
      labelNames: ["field_validation"],
      buckets: objectiveBuckets,
    });
    this.#running = new GaugeFamily(registry, {
      name: "apiserver_longrunning_requests",
      help: "Watches and connections that are open.",
      labelNames: ["verb", ...place],
    });
    this.#deprecated = new GaugeFamily(registry, {
      name: "apiserver_requested_deprecated_apis",
      help: "Deprecated resources that somebody has asked for.",
      labelNames: ["group", "version", "resource", "subresource", "removed_release"],
    });
    this.#terminations = new CounterFamily(registry, {
      name: "apiserver_request_terminations_total",
      help: "Requests that the server refused or broke off to protect itself.",
      labelNames: ["verb", ...place, "code"],
    });
  }

  observe(finished: FinishedRequest): void {
    const series = this.#seriesOf(finished.info, finished.applies);
    if (!series) return;
    const { status, seconds, queuedSeconds, bytes, bodyBytes } = finished;
    let total = series.byStatus.get(status);
    if (!total) {
      const { labels, dryRun } = series;
      total = this.#total.labelled(labels.verb, dryRun, ...placeOf(labels), String(status));
      series.byStatus.set(status, total);
    }
    total.value++;
    series.duration.observe(seconds);
    series.objective?.observe(seconds - queuedSeconds);
    series.sizes?.observe(bytes);
    series.validated?.observe(seconds);
    if (bodyBytes !== undefined) series.bodies?.observe(bodyBytes);
  }

  /** The server refused or broke off this request to protect itself. */
  terminated(info: RequestInfo, status: number): void {
    const labels = this.#seriesOf(info, false)?.labels;
    if (labels) this.#terminations.labelled(labels.verb, ...placeOf(labels), String(status)).value++;
  }

  /** How many of its kind run now; nothing for a request that is over when it is answered. */
  running(info: RequestInfo): Value | undefined {
    const labels = this.#seriesOf(info, false)?.labels;
    return labels?.longRunning ? this.#running.labelled(labels.verb, ...placeOf(labels)) : undefined;
  }

  #seriesOf(info: RequestInfo, applies: boolean): RequestSeries | undefined {
    if (this.#generation !== this.#options.table.generation) this.#forget();
    const dryRun = info.query.size > 0 ? dryRunOf(info.query) : "";
    const validation = info.query.size > 0 ? validationOf(info.query) : "";
    const key = keyOf(info, applies, dryRun + validation);
    const known = this.#known.get(key);
    if (known) return known;
    const labels = labelsOf(info, applies, this.#options.table, this.#options.paths);
    if (!labels) return undefined;
    const series = this.#make(labels, dryRun, bodyVerbs[info.resource?.verb ?? ""], validation);
    // A path that is no resource has endless spellings below some prefixes; they share their series.
    if (info.resource) this.#known.set(key, series);
    return series;
  }

  #make(labels: RequestLabels, dryRun: string, writes: string | undefined, validation: string): RequestSeries {
    const { verb } = labels;
    const at = placeOf(labels);
    const { group, version, resource, subresource } = labels;
    if (this.#options.table.find(group, version, resource)?.warning)
      this.#deprecated.labelled(group, version, resource, subresource, "").set(1);
    const reads = verb === "GET" || verb === "LIST";
    return {
      labels,
      dryRun,
      byStatus: new Map(),
      duration: this.#duration.labelled(verb, dryRun, ...at),
      objective: labels.longRunning ? undefined : this.#objective.labelled(verb, ...at),
      sizes: reads ? this.#sizes.labelled(verb, ...at) : undefined,
      bodies: writes ? this.#bodies.labelled(group, resource, writes) : undefined,
      validated: writes && !writes.startsWith("delete") ? this.#validations.labelled(validation) : undefined,
    };
  }

  /** Resources have come or gone. */
  #forget(): void {
    this.#generation = this.#options.table.generation;
    this.#known.clear();
  }
}

function keyOf({ resource: asked, method, path }: RequestInfo, applies: boolean, dryRun: string): string {
  if (!asked) return `${method} ${path}`;
  const { verb, group, version, resource, subresource, name, namespace } = asked;
  const scope = name !== "" ? "r" : namespace !== "" ? "n" : "c";
  return `${verb}${scope}${applies ? "a" : ""}${dryRun} ${group}/${version}/${resource}/${subresource}`;
}

function placeOf({ group, version, resource, subresource, scope, component }: RequestLabels): string[] {
  return [group, version, resource, subresource, scope, component];
}

function dryRunOf(query: URLSearchParams): string {
  const values = query.getAll("dryRun");
  if (values.length === 0) return "";
  return values.every((value) => value === "All") ? "All" : "invalid";
}

function validationOf(query: URLSearchParams): string {
  const value = query.get("fieldValidation") ?? "";
  return fieldValidations.includes(value) ? value : "invalid";
}
