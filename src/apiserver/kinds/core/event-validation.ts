import { type corev1, qualifiedNameProblems } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

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

export function validateEventUpdate(object: corev1.Event, _old: corev1.Event): FieldError[] {
  return validateEvent(object);
}
