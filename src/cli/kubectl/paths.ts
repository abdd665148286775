import type { ResourceType } from "./resource-types.ts";

/** The path of a resource on the server, in a namespace where it has one. */
export function pathOf(
  type: ResourceType,
  at: { readonly namespace?: string | undefined; readonly name?: string; readonly subresource?: string },
): string {
  const base = type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`;
  const namespace = type.namespaced && at.namespace ? `/namespaces/${encodeURIComponent(at.namespace)}` : "";
  const name = at.name === undefined ? "" : `/${encodeURIComponent(at.name)}`;
  return `${base}${namespace}/${type.resource}${name}${at.subresource ? `/${at.subresource}` : ""}`;
}
