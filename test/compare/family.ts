/**
 * A family is one object and what may be done to it. It grows into cases: the object made, then again with each field missing, with each
 * value wrong, with the changes that are written down; and updated with each value changed.
 */
import type { Case, Step } from "./case.ts";
import { changed, missing, type Variant, wrong } from "./variants.ts";

export interface Family {
  readonly name: string;
  /** Of the collection: `/api/v1/namespaces/{ns}/pods`. */
  readonly path: string;
  readonly object: Body;
  /** Parts of the object that are not varied: JSON pointers. Default its apiVersion, kind and metadata. */
  readonly keep?: readonly string[];
  /** No variants beside those that are written down. */
  readonly plain?: boolean;
  readonly create?: readonly Changes[];
  readonly update?: readonly Changes[];
  /** Updates of the status subresource. */
  readonly status?: readonly Changes[];
  /** Updates of another subresource, by its name. */
  readonly subresources?: Readonly<Record<string, readonly Changes[]>>;
}

type Body = Record<string, unknown> & { readonly metadata: { readonly name: string } };

/** JSON pointer to the new value; null takes the field away. */
export type Changes = Readonly<Record<string, unknown>>;

const identity = ["/apiVersion", "/kind", "/metadata"];

export function expandFamily(family: Family): Case[] {
  const keep = family.keep ?? identity;
  const varied = (make: (object: unknown, keep: readonly string[]) => Variant[]) =>
    family.plain ? [] : make(family.object, keep);
  const written = (list: readonly Changes[] = []) => list.map((changes) => applyChanges(family.object, changes));
  const subresources = Object.entries({ ...(family.status && { status: family.status }), ...family.subresources });
  return [
    { name: `${family.name}: created`, steps: [creation(family, family.object), reading(family)] },
    creations(family, "with a field missing", varied(missing)),
    creations(family, "with a value wrong", varied(wrong)),
    creations(family, "otherwise", written(family.create)),
    updates(family, "updated with a value changed", "", varied(changed)),
    updates(family, "updated", "", written(family.update)),
    ...subresources.map(([name, list]) => updates(family, `${name} updated`, `/${name}`, written(list))),
  ].filter(({ steps }) => steps.length > 0);
}

const address = (family: Family) => `${family.path}/${family.object.metadata.name}`;

function reading(family: Family): Step {
  return { path: address(family) };
}

function creation(family: Family, body: unknown, note = "the object"): Step {
  return { method: "POST", path: family.path, body, note };
}

/** Each under a name of its own, since some are accepted. */
function creations(family: Family, name: string, variants: readonly Variant[]): Case {
  const steps = variants.map(({ object, note }, position) => creation(family, renamed(object, position), note));
  return { name: `${family.name}: ${name}`, steps };
}

function renamed(object: unknown, position: number): unknown {
  const copy = structuredClone(object) as { metadata?: { name?: unknown } };
  const name = copy.metadata?.name;
  if (copy.metadata && typeof name === "string" && /^[a-z{]/.test(name)) copy.metadata.name = `${name}-${position}`;
  return copy;
}

function updates(family: Family, name: string, subresource: string, variants: readonly Variant[]): Case {
  const steps = variants.map(({ object, note }) => ({
    method: "PUT",
    path: address(family) + subresource,
    body: object,
    note,
  }));
  const first = [creation(family, family.object), ...(subresource === "" ? [] : [reading(family)])];
  return { name: `${family.name}: ${name}`, steps: steps.length === 0 ? [] : [...first, ...steps] };
}

export function applyChanges(object: unknown, changes: Changes): Variant {
  const copy = structuredClone(object);
  for (const [pointer, value] of Object.entries(changes)) put(copy, pointer, value);
  return { object: copy, note: JSON.stringify(changes) };
}

/** Objects and lists that are missing on the way are made; `-` is the end of a list. */
function put(root: unknown, pointer: string, value: unknown): void {
  const names = pointer
    .split("/")
    .slice(1)
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop()!;
  let at = root as Record<string, unknown>;
  for (const [position, name] of names.entries()) {
    at[name] ??= /^(\d+|-)$/.test(names[position + 1] ?? last) ? [] : {};
    at = at[name] as Record<string, unknown>;
  }
  if (value === null) Array.isArray(at) ? at.splice(Number(last), 1) : delete at[last];
  else if (Array.isArray(at) && last === "-") at.push(value);
  else at[last] = value;
}
