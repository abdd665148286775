/**
 * The metrics of prom-client that are used here. Its own door loads forty more modules and Node's cluster module: metrics of the process,
 * summaries, gateways. Types are imported as ever.
 */
import { createRequire } from "node:module";
import type * as Prometheus from "prom-client";

const load = createRequire(import.meta.url);

export type Counter<Label extends string = string> = Prometheus.Counter<Label>;
export const Counter = load("prom-client/lib/counter") as typeof Prometheus.Counter;

export type Gauge<Label extends string = string> = Prometheus.Gauge<Label>;
export const Gauge = load("prom-client/lib/gauge") as typeof Prometheus.Gauge;

export type Histogram<Label extends string = string> = Prometheus.Histogram<Label>;
export const Histogram = load("prom-client/lib/histogram") as typeof Prometheus.Histogram;

export type Registry = Prometheus.Registry;
export const Registry = load("prom-client/lib/registry") as typeof Prometheus.Registry;
