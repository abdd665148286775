/** The language's own functions. */
import { type Overload, overload } from "../checker/signature.ts";
import { EvaluationError, type ListValue, type MapValue, TypeValue, typeNameOf, type Value } from "../values/value.ts";
import { codePointCount } from "./code-points.ts";
import { matches } from "./patterns.ts";

const tenth = (sizes: readonly number[]) => Math.ceil(sizes[1]! * 0.1);
const search = (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) * Math.ceil(sizes[1]! * 0.1);
/** RE2 needs time for text times pattern. */
export const regexCost = (sizes: readonly number[]) => Math.ceil((1 + sizes[0]!) * 0.1) * Math.ceil(sizes[1]! * 0.25);

function sizes(): Overload[] {
  const kinds: readonly (readonly [string, (value: never) => Value])[] = [
    ["string", (value: string) => BigInt(codePointCount(value))],
    ["bytes", (value: Uint8Array) => BigInt(value.length)],
    ["list(A)", (value: ListValue) => BigInt(value.length)],
    ["map(A, B)", (value: MapValue) => BigInt(value.size)],
  ];
  return kinds.flatMap(([kind, run]) => [overload(`size(${kind}): int`, run), overload(`${kind}.size(): int`, run)]);
}

export const standard: readonly Overload[] = [
  ...sizes(),
  overload("dyn(A): dyn", (value: Value) => value, { size: (sizes) => sizes[0]! }),
  overload("type(A): type(A)", (value: Value) => new TypeValue(typeNameOf(value))),
  overload("string.contains(string): bool", (text: string, part: string) => text.includes(part), { cost: search }),
  overload("string.startsWith(string): bool", (text: string, part: string) => text.startsWith(part), { cost: tenth }),
  overload("string.endsWith(string): bool", (text: string, part: string) => text.endsWith(part), { cost: tenth }),
  overload("string.matches(string): bool", matches, { cost: regexCost }),
  overload("matches(string, string): bool", matches, { cost: regexCost }),
];

/** For functions of the libraries that only refuse. */
export function fail(message: string): never {
  throw new EvaluationError(message);
}
