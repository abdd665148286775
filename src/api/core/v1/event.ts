/** Event, in its older form. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, message, microTime, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { objectReference } from "./references.ts";

export const eventSeries = message("io.k8s.api.core.v1.EventSeries", {
  count: field(1, int32),
  lastObservedTime: field(2, microTime, { always: true }),
});
export interface EventSeries extends Infer<typeof eventSeries> {}

export const eventSource = message("io.k8s.api.core.v1.EventSource", {
  component: field(1, string),
  host: field(2, string),
});
export interface EventSource extends Infer<typeof eventSource> {}

export const event = kind("io.k8s.api.core.v1.Event", "v1", {
  metadata: field(1, objectMeta, { required: true }),
  involvedObject: field(2, objectReference, { required: true }),
  reason: field(3, string),
  message: field(4, string),
  source: field(5, eventSource, { always: true }),
  firstTimestamp: field(6, time, { always: true }),
  lastTimestamp: field(7, time, { always: true }),
  count: field(8, int32),
  type: field(9, string),
  eventTime: field(10, microTime, { always: true }),
  series: field(11, eventSeries),
  action: field(12, string),
  related: field(13, objectReference),
  reportingComponent: field(14, string, { always: true }),
  reportingInstance: field(15, string, { always: true }),
});
export interface Event extends Infer<typeof event> {}

export const eventList = listKind("io.k8s.api.core.v1.EventList", event);
export interface EventList extends Infer<typeof eventList> {}
