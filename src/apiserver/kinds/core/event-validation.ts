import { type corev1, qualifiedNameProblems } from "../../../api/mod.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

const namespaceText = "does not match event.namespace";
const mostBytes = 128;

export function validateEvent(object: corev1.Event): FieldError[] {
  const { metadata, involvedObject, eventTime } = object;
  const errors: FieldError[] = [];
  // Events about things of the whole cluster live in the default namespace.
  const inNamespace = metadata.namespace || "default";
  const about = involvedObject?.namespace || "default";
  const fits = involvedObject?.namespace
    ? inNamespace === about
    : ["default", "kube-system"].includes(inNamespace) || about === inNamespace;
  if (!fits) errors.push(invalid(field("involvedObject", "namespace"), involvedObject?.namespace ?? "", namespaceText));
  return eventTime === undefined ? errors : [...errors, ...validateNewForm(object)];
}

/** With an eventTime an event is of the newer form, which has rules of its own. */
function validateNewForm(object: corev1.Event): FieldError[] {
  const errors: FieldError[] = [];
  const { reportingComponent, reportingInstance, action, reason, message, type } = object;
  if (!reportingComponent) errors.push(required(field("reportingController")));
  else
    for (const problem of qualifiedNameProblems(reportingComponent))
      errors.push(invalid(field("reportingController"), reportingComponent, problem));
  if (!reportingInstance) errors.push(required(field("reportingInstance")));
  else errors.push(...short(reportingInstance, "reportingInstance", mostBytes));
  errors.push(...(action ? short(action, "action", mostBytes) : [required(field("action"))]));
  errors.push(...(reason ? short(reason, "reason", mostBytes) : [required(field("reason"))]));
  errors.push(...short(message ?? "", "message", 1024));
  if (type !== "Normal" && type !== "Warning") errors.push(invalid(field("type"), type ?? "", "has invalid value"));
  return errors;
}

function short(text: string, name: string, maximum: number): FieldError[] {
  return Buffer.byteLength(text) > maximum ? [invalid(field(name), "", `can have at most ${maximum} characters`)] : [];
}

export function validateEventUpdate(object: corev1.Event, _old: corev1.Event): FieldError[] {
  return validateEvent(object);
}
