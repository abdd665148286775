import { age, type corev1, type eventsv1, resources } from "../../../api/mod.ts";
import type { Strategy, TableColumn } from "../../registry/strategy.ts";
import { pathName } from "../../validation/name-rules.ts";
import { nameColumn, text, wide } from "../columns.ts";
import { validateEvent, validateEventUpdate, validateEventV1, validateEventV1Update } from "./event-validation.ts";

export const event: Strategy<corev1.Event> = {
  resource: resources.events,
  validateName: pathName,
  allowCreateOnUpdate: true,
  columns: eventColumns((object) => object),
  selectableFields: selectable((object) => object, { involved: "involvedObject", reporting: "reportingComponent" }),
  // Both groups' events are stored as these.
  validate: (object, { group }) => (group === "events.k8s.io" ? validateEventV1(object) : validateEvent(object)),
  validateUpdate: (object, old, { group }) =>
    group === "events.k8s.io" ? validateEventV1Update(object, old) : validateEventUpdate(object, old),
};

/** The same events under `events.k8s.io`, where some fields have other names. */
export const eventV1: Strategy<eventsv1.Event> = {
  resource: resources.eventsV1,
  allowCreateOnUpdate: true,
  columns: eventColumns(asCoreEvent),
  selectableFields: selectable(asCoreEvent, { involved: "regarding", reporting: "reportingController" }),
};

function asCoreEvent(object: eventsv1.Event): corev1.Event {
  const { regarding, note, deprecatedSource, deprecatedCount, deprecatedFirstTimestamp, deprecatedLastTimestamp } =
    object;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: object.metadata,
    involvedObject: regarding ?? {},
    ...(object.reason !== undefined && { reason: object.reason }),
    ...(object.type !== undefined && { type: object.type }),
    ...(object.action !== undefined && { action: object.action }),
    ...(object.series && { series: object.series }),
    ...(object.reportingController !== undefined && { reportingComponent: object.reportingController }),
    ...(object.reportingInstance !== undefined && { reportingInstance: object.reportingInstance }),
    ...(object.eventTime !== undefined && { eventTime: object.eventTime }),
    ...(note !== undefined && { message: note }),
    ...(deprecatedSource && { source: deprecatedSource }),
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
    ...(deprecatedFirstTimestamp !== undefined && { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp !== undefined && { lastTimestamp: deprecatedLastTimestamp }),
  } as corev1.Event;
}

function eventColumns<T>(core: (object: T) => corev1.Event): TableColumn<T>[] {
  return [
    text("Last Seen", (object, now) => age(lastSeen(core(object)), now), documented("lastTimestamp")),
    text("Type", (object) => core(object).type ?? "", documented("type")),
    text("Reason", (object) => core(object).reason ?? "", documented("reason")),
    text("Object", (object) => target(core(object)), { description: "The object that this event is about." }),
    wide(
      text("Subobject", (object) => core(object).involvedObject?.fieldPath ?? "", {
        describedBy: "io.k8s.api.core.v1.ObjectReference.fieldPath",
      }),
    ),
    wide(
      text("Source", (object) => source(core(object)), {
        description: "The component reporting this event. Should be a short machine understandable string.",
      }),
    ),
    text("Message", (object) => (core(object).message ?? "").trim(), documented("message")),
    wide(text("First Seen", (object, now) => age(firstSeen(core(object)), now), documented("firstTimestamp"))),
    wide(text("Count", (object) => count(core(object)), documented("count"))),
    wide(nameColumn as TableColumn<unknown>),
  ];
}

function documented(name: string): { readonly describedBy: string } {
  return { describedBy: `io.k8s.api.core.v1.Event.${name}` };
}

function firstSeen(object: corev1.Event): string | undefined {
  return object.firstTimestamp ?? object.eventTime;
}

function lastSeen(object: corev1.Event): string | undefined {
  return object.series?.lastObservedTime ?? object.lastTimestamp ?? firstSeen(object);
}

function count(object: corev1.Event): number {
  return object.series?.count ?? (object.count || 1);
}

function target({ involvedObject }: corev1.Event): string {
  const kind = involvedObject?.kind?.toLowerCase() ?? "";
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind;
}

function source({ source: from, reportingComponent, reportingInstance }: corev1.Event): string {
  const component = from?.component || reportingComponent || "";
  const instance = from?.host || reportingInstance || "";
  return instance === "" ? component : `${component}, ${instance}`;
}

interface FieldNames {
  readonly involved: string;
  readonly reporting: string;
}

function selectable<T>(core: (object: T) => corev1.Event, names: FieldNames): Record<string, (object: T) => string> {
  const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
  const ofInvolved = involved.map((key) => [
    `${names.involved}.${key}`,
    (object: T) => core(object).involvedObject?.[key] ?? "",
  ]);
  return {
    ...Object.fromEntries(ofInvolved),
    reason: (object) => core(object).reason ?? "",
    [names.reporting]: (object: T) => core(object).reportingComponent ?? "",
    source: (object) => core(object).source?.component || core(object).reportingComponent || "",
    type: (object) => core(object).type ?? "",
  };
}
