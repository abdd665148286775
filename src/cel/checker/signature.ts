/** Functions declared by their signatures: `string.indexOf(string, int): int`, `optional.of(T): optional(T)`. */
import type { Value } from "../values/value.ts";
import type { Type } from "./types.ts";
import * as types from "./types.ts";

/** Works out a cost, or the size of an answer, from the sizes of what a function is given. Never less for a larger size. */
export type OfSizes = (sizes: readonly number[]) => number;

export interface OverloadOptions {
  /** Default 1. */
  readonly cost?: OfSizes;
  /** What is reckoned with before anything runs, where that is another figure than `cost`. */
  readonly estimate?: OfSizes;
  /** Of the answer, where it has one that matters; default 1. */
  readonly size?: OfSizes;
}

export interface Overload extends OverloadOptions {
  readonly name: string;
  readonly member: boolean;
  /** The receiver is the first. */
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** Is given values of the parameters' types. May throw `EvaluationError`. */
  readonly run: (...values: Value[]) => Value;
}

const named: ReadonlyMap<string, Type> = new Map(
  [
    types.dyn,
    types.bool,
    types.int,
    types.uint,
    types.double,
    types.string,
    types.bytes,
    types.nullType,
    types.timestamp,
    types.duration,
  ].map((type) => [type.name, type]),
);

/** `run` may take the parameters as the types they are declared with. */
export function overload(
  signature: string,
  run: (...values: never[]) => Value,
  options: OverloadOptions = {},
): Overload {
  return { ...parseSignature(signature), run: run as Overload["run"], ...options };
}

function parseSignature(signature: string): Pick<Overload, "name" | "member" | "parameters" | "result"> {
  const open = openParenthesis(signature);
  const close = signature.lastIndexOf("):");
  const head = signature.slice(0, open);
  const given = splitTypes(signature.slice(open + 1, close)).map(parseType);
  const result = parseType(signature.slice(close + 2).trim());
  const member = /^(?:.*)\.(\w+)$/.exec(head);
  const receiver = member && receiverOf(head.slice(0, -member[1]!.length - 1));
  if (!receiver) return { name: head, member: false, parameters: given, result };
  return { name: member[1]!, member: true, parameters: [receiver, ...given], result };
}

/** The one that opens the arguments, not one inside the receiver's type. */
function openParenthesis(signature: string): number {
  let depth = 0;
  for (let index = signature.lastIndexOf("):"); index >= 0; index--) {
    if (signature[index] === ")") depth++;
    if (signature[index] === "(" && --depth === 0) return index;
  }
  throw new Error(`not a signature: ${signature}`);
}

/** Names that are no types are namespaces of functions: `optional.of`. */
function receiverOf(text: string): Type | undefined {
  return /^(?:optional|lists|ip|cidr|quantity|format|jsonpatch|sets|math|strings|base64)$/.test(text)
    ? undefined
    : parseType(text);
}

function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const character = text[index];
    if (character === "(") depth++;
    if (character === ")") depth--;
    if ((character === "," && depth === 0) || character === undefined) {
      const part = text.slice(start, index).trim();
      if (part) parts.push(part);
      start = index + 1;
    }
  }
  return parts;
}

function parseType(text: string): Type {
  const known = named.get(text);
  if (known) return known;
  if (/^[A-Z]$/.test(text)) return types.parameter(text);
  const open = text.indexOf("(");
  if (open < 0) return types.opaque(text);
  const [first, second] = splitTypes(text.slice(open + 1, -1)).map(parseType);
  switch (text.slice(0, open)) {
    case "list":
      return types.listOf(first!);
    case "map":
      return types.mapOf(first!, second!);
    case "optional":
      return types.optionalOf(first!);
    case "type":
      return types.typeOf(first!);
  }
  throw new Error(`not a type: ${text}`);
}
