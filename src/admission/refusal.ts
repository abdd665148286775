/** How admission says no. */
import { type metav1, type StatusError, statusFailure } from "../api/mod.ts";
import type { AdmissionAttributes } from "./contract.ts";

/** What the object is called in messages: its name, or what its name will start with. */
function nameOf({ object, name }: AdmissionAttributes): string {
  return object?.metadata?.name || object?.metadata?.generateName || name || "Unknown";
}

/** 403 with the plugin's reason, of the resource as the client called it. */
export function forbidden(attributes: AdmissionAttributes, why: string, causes?: metav1.StatusCause[]): StatusError {
  const { group, resource } = (attributes.requested ?? attributes).resource;
  const name = nameOf(attributes);
  const kind = group === "" ? resource : `${resource}.${group}`;
  const details = { name, ...(group && { group }), kind: resource, ...(causes && { causes }) };
  return statusFailure(403, "Forbidden", `${kind} ${JSON.stringify(name)} is forbidden: ${why}`, details);
}

/** Throws 403 while it is not known what there is: nothing may pass unasked. */
export function requireSynced(source: { readonly hasSynced: boolean }, attributes: AdmissionAttributes): void {
  if (!source.hasSynced) throw forbidden(attributes, "not yet ready to handle request");
}

export function notFound(resource: string, name: string): StatusError {
  return statusFailure(404, "NotFound", `${resource} ${JSON.stringify(name)} not found`, { name, kind: resource });
}

/** One reason as it is, several in brackets, each once. */
export function joinReasons(reasons: readonly string[]): string {
  const different = [...new Set(reasons)];
  return different.length === 1 ? different[0]! : `[${different.join(", ")}]`;
}
