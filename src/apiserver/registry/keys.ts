/** Where objects lie in the store: `/registry/GROUP/RESOURCE/NAMESPACE/NAME`, with `core` for the group that has no name. */

export const registryPrefix = "/registry/";

/** Prefix of all objects of one resource. */
export function resourcePrefix(group: string, resource: string): string {
  return `${registryPrefix}${group || "core"}/${resource}/`;
}

/** `namespace` is empty for resources that have none. */
export function objectKey(prefix: string, namespace: string, name: string): string {
  return namespace === "" ? prefix + name : `${prefix}${namespace}/${name}`;
}

/** Prefix of the objects of a list: of one namespace, or of all. */
export function listPrefix(prefix: string, namespace: string): string {
  return namespace === "" ? prefix : `${prefix}${namespace}/`;
}

/** The prefix of the resource that a key belongs to; nothing for a key of another shape. */
export function prefixOfKey(key: string): string | undefined {
  const group = key.indexOf("/", registryPrefix.length);
  const resource = group < 0 ? -1 : key.indexOf("/", group + 1);
  return resource < 0 ? undefined : key.slice(0, resource + 1);
}

/** The resource that a key belongs to; nothing for a key of another shape. */
export function resourceOfKey(key: string): { readonly group: string; readonly resource: string } | undefined {
  const prefix = prefixOfKey(key);
  if (prefix === undefined) return undefined;
  const [group = "", resource = ""] = prefix.slice(registryPrefix.length).split("/");
  return { group: group === "core" ? "" : group, resource };
}
