/** Variants of an object, found by walking it: every field left out, every value wrong, every value another one. */
export interface Variant {
  readonly object: unknown;
  /** `/spec/replicas = -1` */
  readonly note: string;
}

interface Place {
  readonly pointer: string;
  readonly names: readonly (string | number)[];
  readonly value: unknown;
}

function* places(value: unknown, keep: readonly string[], names: (string | number)[] = []): Generator<Place> {
  const pointer = names.map((name) => `/${name}`).join("");
  if (keep.includes(pointer)) return;
  if (names.length > 0) yield { pointer, names, value };
  if (value === null || typeof value !== "object") return;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [name, child] of entries) yield* places(child, keep, [...names, name]);
}

function withValue(object: unknown, names: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(object);
  const parent = names.slice(0, -1).reduce((at, name) => (at as never)[name], copy) as Record<string | number, unknown>;
  const last = names.at(-1)!;
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

function variant(object: unknown, { names, pointer }: Place, value: unknown): Variant {
  const note = value === undefined ? `without ${pointer}` : `${pointer} = ${JSON.stringify(value)}`;
  return { object: withValue(object, names, value), note };
}

/** Every field, list item and map entry left out once. */
export function missing(object: unknown, keep: readonly string[]): Variant[] {
  return [...places(object, keep)].map((place) => variant(object, place, undefined));
}

/** Every value replaced by ones that its format, its enumeration or its type does not allow, mostly. */
export function wrong(object: unknown, keep: readonly string[]): Variant[] {
  return [...places(object, keep)].flatMap((place) =>
    wrongValues(place.value).map((value) => variant(object, place, value)),
  );
}

function wrongValues(value: unknown): unknown[] {
  if (typeof value === "string") return ["", "Wrong_Value!", 7];
  if (typeof value === "number") return [-1, 0, 70000, "text"];
  if (typeof value === "boolean") return ["text"];
  return [7];
}

/** Every scalar replaced by another one that is as well formed, mostly. */
export function changed(object: unknown, keep: readonly string[]): Variant[] {
  return [...places(object, keep)]
    .filter(({ value }) => value === null || typeof value !== "object")
    .map((place) => variant(object, place, otherValue(place.value)));
}

function otherValue(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  const text = String(value);
  return /^\d/.test(text) ? text.replace(/^\d+/, (digits) => String(Number(digits) + 1)) : `${text}x`;
}
