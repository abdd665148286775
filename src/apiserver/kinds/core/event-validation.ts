import { corev1, qualifiedNameProblems } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { immutableField, sameJson } from "../../validation/rules.ts";

const namespaceText = "does not match event.namespace";
const mostBytes = 128;

export function validateEvent(object: corev1.Event): FieldError[] {
  return object.eventTime === undefined ? validateOldForm(object) : validateNewForm(object);
}

/** An event lives where what it is about lives; events about things of the whole cluster in the default namespace. */
function validateOldForm({ metadata, involvedObject }: corev1.Event): FieldError[] {
  const about = involvedObject?.namespace ?? "";
  const fits = about === "" ? !metadata.namespace || metadata.namespace === "default" : metadata.namespace === about;
  return fits ? [] : [invalid(field("involvedObject", "namespace"), about, namespaceText)];
}

/** With an eventTime an event is of the newer form, which has rules of its own. */
function validateNewForm(object: corev1.Event): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, involvedObject, reportingComponent = "", reportingInstance, action, reason, message } = object;
  if (!involvedObject?.namespace && metadata.namespace !== "default" && metadata.namespace !== "kube-system")
    errors.push(invalid(field("involvedObject", "namespace"), "", namespaceText));
  const component = field("reportingComponent");
  if (reportingComponent === "") errors.push(required(component));
  for (const problem of qualifiedNameProblems(reportingComponent))
    errors.push(invalid(component, reportingComponent, problem));
  for (const [name, value] of Object.entries({ reportingInstance, action, reason }))
    errors.push(...(value ? short(value, name, mostBytes) : [required(field(name))]));
  return [...errors, ...short(message ?? "", "message", 1024)];
}

function short(text: string, name: string, maximum: number): FieldError[] {
  return Buffer.byteLength(text) > maximum ? [invalid(field(name), "", `can have at most ${maximum} characters`)] : [];
}

/** Under `events.k8s.io` the new form is the only one. `object` is in the form of the core group. */
export function validateEventV1(object: corev1.Event): FieldError[] {
  const errors = validateEvent(object).map(reportedAsController);
  if (object.eventTime === undefined) errors.push(required(field("eventTime")));
  errors.push(...validateSeries(object));
  if (object.type !== "Normal" && object.type !== "Warning")
    errors.push(invalid(field("type"), "", `has invalid value: ${object.type ?? ""}`));
  const old = {
    firstTimestamp: object.firstTimestamp,
    lastTimestamp: object.lastTimestamp,
    count: object.count || undefined,
    source: sourceOf(object),
  };
  for (const [name, value] of Object.entries(old))
    if (value !== undefined) errors.push(invalid(field(name), "", "needs to be unset"));
  return errors;
}

function sourceOf({ source }: corev1.Event): string | undefined {
  return source?.component || source?.host || undefined;
}

/** The same field has another name there. */
function reportedAsController(error: FieldError): FieldError {
  return error.field === "reportingComponent" ? { ...error, field: "reportingController" } : error;
}

/** Only the series goes on. */
export function validateEventV1Update(object: corev1.Event, old: corev1.Event): FieldError[] {
  const errors = validateEvent(object);
  for (const name of ["involvedObject", "related"] as const)
    if (!sameJson(object[name], old[name]))
      errors.push(invalid(field(name), referenceText(object[name]), "field is immutable"));
  for (const name of ["reason", "message", "type", "action", "reportingComponent", "reportingInstance"] as const)
    errors.push(...fixed(name, object[name] ?? "", old[name] ?? ""));
  errors.push(...fixed("eventTime", object.eventTime, old.eventTime));
  errors.push(...fixed("count", object.count ?? 0, old.count ?? 0));
  // Upstream looks at the reason twice.
  errors.push(...fixed("reason", object.reason ?? "", old.reason ?? ""));
  return [...errors.map(reportedAsController), ...validateSeries(object)];
}

function fixed(name: string, value: unknown, old: unknown): FieldError[] {
  return immutableField(value, old, field(name));
}

/** As upstream prints it: by the names it has inside. */
function referenceText(reference: corev1.ObjectReference | undefined): unknown {
  return reference ? internalForm(corev1.objectReference, reference) : null;
}

function validateSeries({ series }: corev1.Event): FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if ((series.count ?? 0) < 2) errors.push(invalid(field("series", "count"), "", "should be at least 2"));
  if (series.lastObservedTime === undefined) errors.push(required(field("series", "lastObservedTime")));
  return errors;
}

export function validateEventUpdate(object: corev1.Event, _old: corev1.Event): FieldError[] {
  return validateEvent(object);
}
