/** Events have two forms: that of the core group, which is stored, and that of events.k8s.io. Each field of one is a field of the other. */
import { clone, corev1, eventsv1, type KubernetesObject, normalize } from "../../api/mod.ts";
import type { Conversion } from "../registry/view.ts";

type JsonRecord = Record<string, unknown>;

/** events.k8s.io name, core name; what is called the same in both is not listed. */
const renamed: readonly (readonly [string, string])[] = [
  ["regarding", "involvedObject"],
  ["note", "message"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
];
const toCore = new Map(renamed);
const toEvents = new Map(renamed.map(([event, core]) => [core, event]));

export const eventConversion: Conversion = {
  toStored: (object) => normalize(corev1.event, rename(object, toCore, "v1") as unknown as corev1.Event),
  fromStored: (object) =>
    normalize(eventsv1.event, rename(object, toEvents, "events.k8s.io/v1") as unknown as eventsv1.Event),
};

/** A copy with the names of the other form. */
function rename(object: KubernetesObject, names: ReadonlyMap<string, string>, apiVersion: string): JsonRecord {
  const result: JsonRecord = {};
  for (const [name, value] of Object.entries(clone(object))) result[names.get(name) ?? name] = value;
  result["apiVersion"] = apiVersion;
  return result;
}
