/** Kinds of versions that are gone, made from today's: the same fields under an older name, what was optional then optional again. */
import type { Field, Kind, KubernetesObject, ListType, Message, ResourceInfo } from "../../api/mod.ts";

type AnyInfo = ResourceInfo<KubernetesObject>;

export interface LegacyKind {
  readonly group: string;
  readonly version: string;
  /** Today's resource. */
  readonly now: AnyInfo;
  /** Fields of the spec that the old version fills in itself. */
  readonly optional?: readonly string[];
}

export function legacyResource({ group, version, now, optional = [] }: LegacyKind): AnyInfo {
  const apiVersion = `${group}/${version}`;
  const schema = legacyKind(now.schema as Kind, group, version, optional);
  const subresources = now.subresources.map((subresource) =>
    subresource.schema === now.schema ? { ...subresource, group, version, schema } : subresource,
  );
  return {
    ...now,
    group,
    version,
    apiVersion,
    // Short names mean today's resource.
    shortNames: [],
    schema: schema as Kind<KubernetesObject>,
    listSchema: legacyList(now.listSchema as unknown as Kind, schema) as unknown as AnyInfo["listSchema"],
    subresources,
  };
}

function publishedName(group: string, version: string, name: string): string {
  return `io.k8s.api.${group.split(".")[0]}.${version}.${name.slice(name.lastIndexOf(".") + 1)}`;
}

function legacyKind(kind: Kind, group: string, version: string, optional: readonly string[]): Kind {
  const rename = <M extends Message>(message: M): M => ({
    ...message,
    name: publishedName(group, version, message.name),
  });
  const { spec } = kind.fields as { spec?: Field };
  const fields = spec
    ? { ...kind.fields, spec: { ...spec, type: relaxed(rename(spec.type as Message), optional) } }
    : kind.fields;
  return { ...rename(kind), fields, gvk: { ...kind.gvk, group, version } };
}

function relaxed(message: Message, optional: readonly string[]): Message {
  const fields = Object.entries(message.fields).map(([name, field]) => {
    if (!optional.includes(name) || field.inline) return [name, field];
    return [name, { ...field, required: false, always: false, presence: "optional" }];
  });
  return { ...message, fields: Object.fromEntries(fields) };
}

function legacyList(list: Kind, item: Kind): Kind {
  const { group, version } = item.gvk;
  const items = list.fields["items"] as Field;
  const type: ListType = { ...(items.type as ListType), item };
  return {
    ...list,
    name: publishedName(group, version, list.name),
    fields: { ...list.fields, items: { ...items, type } },
    gvk: { ...list.gvk, group, version },
  };
}
