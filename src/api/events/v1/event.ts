/** Event, in its newer form. */
import { eventSource } from "../../core/v1/event.ts";
import { objectReference } from "../../core/v1/references.ts";
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, int32, kind, message, microTime, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const eventSeries = message("io.k8s.api.events.v1.EventSeries", {
  count: field(1, int32, { required: true, default: 0 }),
  lastObservedTime: field(2, microTime, { required: true }),
});
export interface EventSeries extends Infer<typeof eventSeries> {}

export const event = kind("io.k8s.api.events.v1.Event", "events.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  eventTime: field(2, microTime, { required: true }),
  series: field(3, eventSeries),
  reportingController: field(4, string),
  reportingInstance: field(5, string),
  action: field(6, string),
  reason: field(7, string),
  regarding: field(8, objectReference, { always: true }),
  related: field(9, objectReference),
  note: field(10, string),
  type: field(11, string),
  deprecatedSource: field(12, eventSource, { always: true }),
  deprecatedFirstTimestamp: field(13, time, { always: true }),
  deprecatedLastTimestamp: field(14, time, { always: true }),
  deprecatedCount: field(15, int32),
});
export interface Event extends Infer<typeof event> {}

export const eventList = listKind("io.k8s.api.events.v1.EventList", event);
export interface EventList extends Infer<typeof eventList> {}
