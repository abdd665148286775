/**
 * Values as upstream prints them where its inner types show through: every field is there, in a fixed order, under its inner name.
 * Types without a shape of their own there take that of the API, with its names in upstream's spelling; those of the machinery, a label
 * selector for one, have the same names inside and outside.
 */
import { type Field, type Message, type SchemaType, scalarZero } from "../../api/mod.ts";
import { internalShapes } from "./internal-shapes.ts";

interface Member {
  /** `HostIP` */
  readonly name: string;
  /** `hostIP` */
  readonly key: string;
  readonly type: SchemaType | undefined;
  readonly nullable: boolean;
  readonly embedded: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const shapePrefix = "io.k8s.api.";
const podSpec = "io.k8s.api.core.v1.PodSpec";
/** In the API these are fields of the pod's spec, inside of its security context. */
const hostFields = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"];
const membersOf = new Map<Message, readonly Member[] | undefined>();

export function internalForm(type: SchemaType, value: unknown): unknown {
  if (type.kind === "lazy") return internalForm(type.resolve(), value);
  if (value === undefined || value === null) return null;
  if (type.kind === "list") return listForm(type.item, value as unknown[]);
  if (type.kind === "map") return sortedEntries(value as Fields, type.value);
  return type.kind === "message" ? messageForm(type, value as Fields) : value;
}

/** An empty list is rarely told from an absent one. */
function listForm(type: SchemaType, list: readonly unknown[]): unknown {
  return list.length === 0 ? null : list.map((item) => internalForm(type, item));
}

function sortedEntries(value: Fields, type: SchemaType): Fields {
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, internalForm(type, value[key])]));
}

function messageForm(type: Message, value: Fields): unknown {
  if (!type.gvk && "metadata" in type.fields) return templateForm(type, value);
  const members = membersFor(type);
  if (!members) return machineryForm(type, value);
  const source = type.name === podSpec ? withHostFields(value) : value;
  return Object.fromEntries(members.map((member) => [member.name, memberForm(member, source[member.key])]));
}

function machineryForm(type: Message, value: Fields): Fields {
  const members = Object.entries(type.fields).flatMap(([key, field]) => {
    const member = value[key] === undefined ? null : internalForm(field.type, value[key]);
    return member === null || isEmptyMap(field.type, member) ? [] : [[key, member]];
  });
  return Object.fromEntries(members);
}

function isEmptyMap({ kind }: SchemaType, value: unknown): boolean {
  return kind === "map" && Object.keys(value as Fields).length === 0;
}

/** Metadata keeps its names, and stands beside the spec. */
function templateForm({ fields }: Message, { metadata, spec }: Fields): Fields {
  const form = (name: string, value: unknown) => internalForm((fields[name] as Field<unknown>).type, value);
  return { ...(form("metadata", metadata) as Fields | null), Spec: form("spec", spec) };
}

function withHostFields(spec: Fields): Fields {
  const inner = Object.fromEntries(hostFields.filter((key) => key in spec).map((key) => [key, spec[key]]));
  return { ...spec, securityContext: { ...(spec["securityContext"] as Fields | undefined), ...inner } };
}

function memberForm({ type, nullable, embedded }: Member, value: unknown): unknown {
  if (value !== undefined) return type ? internalForm(type, value) : value;
  if (embedded && type) return internalForm(type, {});
  return nullable ? null : zeroOf(type);
}

/** A member of no known type is one of the host's fields. Bytes are a list there, which is null where it is empty. */
function zeroOf(type: SchemaType | undefined): unknown {
  if (!type) return false;
  return type.kind === "bytes" ? null : (scalarZero(type) ?? null);
}

function membersFor(type: Message): readonly Member[] | undefined {
  if (!membersOf.has(type)) {
    const shape = internalShapes[type.name.slice(shapePrefix.length)];
    const derived = type.name.startsWith(shapePrefix) ? derivedMembers(type) : undefined;
    membersOf.set(type, shape?.split(" ").map((token) => memberOf(token, keysOf(type))) ?? derived);
  }
  return membersOf.get(type);
}

function derivedMembers(type: Message): Member[] {
  return Object.entries(type.fields).flatMap(([key, field]) => {
    if (field.inline) return derivedMembers(field.type);
    const isMessage = field.type.kind === "message";
    const nullable = field.pointer || (isMessage && !field.always);
    return [{ name: innerName(key), key, type: field.type, nullable, embedded: isMessage && field.always }];
  });
}

const initials = /^(api|ca|cel|cidr|csi|dns|fc|http|id|ip|json|nfs|os|pid|rbd|tcp|tls|uid|url)(s?)(?=[A-Z]|$)/;

/** `APIGroup` of `apiGroup`, `CIDRs` of `cidrs`. */
function innerName(key: string): string {
  const name = key.replace(initials, (_, letters: string, plural: string) => letters.toUpperCase() + plural);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function memberOf(token: string, keys: ReadonlyMap<string, [string, SchemaType]>): Member {
  const [, name = "", renamed, mark] = /^(\w+)(?:=(\w+))?([?!]?)$/.exec(token) ?? [];
  const [key, type] = keys.get((renamed ?? name).toLowerCase()) ?? [hostKey(name), undefined];
  return { name, key, type, nullable: mark === "?", embedded: mark === "!" };
}

function hostKey(name: string): string {
  return hostFields.find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

/** Keys in the API by their lower-case form, those of inlined messages included. */
function keysOf(type: Message): Map<string, [string, SchemaType]> {
  const keys = new Map<string, [string, SchemaType]>();
  for (const [key, field] of Object.entries(type.fields)) {
    if (field.inline) for (const [lower, entry] of keysOf(field.type)) keys.set(lower, entry);
    else keys.set(key.toLowerCase(), [key, field.type]);
  }
  return keys;
}
