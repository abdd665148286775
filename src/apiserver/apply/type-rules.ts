/**
 * What merging must know about a type, whether it was declared in this program or by a custom resource definition: which maps and lists are
 * merged item by item, which are taken whole, and by which keys items are told apart.
 */
export type TypeRules = ScalarRules | StructRules | MapRules | ListRules | DeducedRules;

export interface ScalarRules {
  readonly kind: "scalar";
  /** `any`: JSON that is taken whole, whatever it is. */
  readonly type: "string" | "number" | "boolean" | "any";
}

export interface StructRules {
  readonly kind: "struct";
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, FieldRules>;
  /** Members beside the declared fields are kept. */
  readonly open?: boolean;
}

const alwaysNames = new WeakMap<StructRules, readonly string[]>();

/** Names of the fields that are printed whether an object says them or not. */
export function alwaysFields(rules: StructRules): readonly string[] {
  let names = alwaysNames.get(rules);
  if (!names) {
    names = [...rules.fields.values()].filter((field) => field.always).map((field) => field.name);
    alwaysNames.set(rules, names);
  }
  return names;
}

export interface FieldRules {
  readonly name: string;
  /** Of paths: `f:name`. */
  readonly element: string;
  /** Resolved late: types may contain themselves. */
  readonly type: TypeRules;
  /** An object that leaves the field out has its zero value, so that a change from nothing is not the making of the field itself. */
  readonly always: boolean;
  readonly default: string | number | boolean | undefined;
  /** Strategic merge patch. Without `merge` a list is replaced. */
  readonly patchStrategy: readonly ("merge" | "replace" | "retainKeys")[];
  readonly patchMergeKey: string | undefined;
}

export interface MapRules {
  readonly kind: "map";
  readonly atomic: boolean;
  readonly value: TypeRules;
}

export interface ListRules {
  readonly kind: "list";
  readonly listType: "atomic" | "set" | "map";
  /** Of `map` lists, in name order, with the value that an item has which leaves the key out. */
  readonly keys: readonly ListKey[];
  readonly item: TypeRules;
}

export interface ListKey {
  readonly name: string;
  readonly default: string | number | boolean | undefined;
}

/** A type not declared: maps merge, everything else is taken whole. */
export interface DeducedRules {
  readonly kind: "deduced";
}

export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const anyScalar: ScalarRules = Object.freeze({ kind: "scalar", type: "any" });
export const deduced: DeducedRules = Object.freeze({ kind: "deduced" });

const deducedMap: MapRules = Object.freeze({ kind: "map", atomic: false, value: deduced });

/** The rules that hold for these values: what is not declared follows from what is there. Absent values take the other's form. */
export function resolveRules(rules: TypeRules, a: unknown, b: unknown): TypeRules {
  if (rules.kind !== "deduced") return rules;
  const aFits = a === undefined || a === null || isObject(a);
  const bFits = b === undefined || b === null || isObject(b);
  return aFits && bFits && (isObject(a) || isObject(b)) ? deducedMap : anyScalar;
}

/** The rules of one member of a struct or map; undefined where a struct has no such field. */
export function memberRules(rules: StructRules | MapRules, key: string): TypeRules | undefined {
  if (rules.kind === "map") return rules.value;
  return rules.fields.get(key)?.type ?? (rules.open ? deduced : undefined);
}

/**
 * Whether two values are the same JSON: of a member null is a value, and not to have it is another. Only the two themselves may be absent, which
 * is null then. What two values mean to a type: `sameJson`. Runs on every write, so it makes nothing.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && equalLists(a, b);
  return equalMembers(a as JsonObject, b as JsonObject);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
  return true;
}

/** Of as many members, of the same names. */
function equalMembers(a: JsonObject, b: JsonObject): boolean {
  let more = 0;
  for (const key in a) {
    const [one, other] = [a[key], b[key]];
    if ((one !== other && !deepEqual(one, other)) || !Object.hasOwn(b, key)) return false;
    more++;
  }
  for (const _ in b) more--;
  return more === 0;
}
