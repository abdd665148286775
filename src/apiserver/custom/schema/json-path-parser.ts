/**
 * JSONPath as kubectl and printer columns have it: members (`.a`, `['a']`, `a\.b`), wildcards, indices, slices, unions, descent (`..a`) and
 * filters with one comparison (`[?(@.type=="Ready")]`). A path is parsed once into the steps that lead from a value to its parts.
 */
export type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "all" }
  | { readonly kind: "descend" }
  | {
      readonly kind: "slice";
      readonly from?: number;
      readonly to?: number;
      readonly by?: number;
      readonly single: boolean;
    }
  | { readonly kind: "union"; readonly branches: readonly (readonly Step[])[] }
  | {
      readonly kind: "filter";
      readonly left: Operand;
      readonly operator: Operator;
      readonly right: Operand | undefined;
    };

export type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "exists";
/** A path from the item, or a constant. */
export type Operand = { readonly path: readonly Step[] } | { readonly constant: string | number | boolean };

export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

/** `.spec.containers[0].image`, with or without braces and `$` around. */
export function parseSteps(text: string): Step[] {
  const body = /^\{(.*)\}$/s.exec(text)?.[1] ?? text;
  return new PathReader(body.replace(/^\s*[$@]/, "").trim()).steps();
}

class PathReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) steps.push(...this.#step());
    return steps;
  }

  #step(): Step[] {
    if (this.#skip("..")) {
      const bracket = this.#text[this.#at] === "[" || this.#text[this.#at] === undefined;
      return bracket ? [{ kind: "descend" }] : [{ kind: "descend" }, ...this.#name()];
    }
    if (this.#skip(".")) return this.#text[this.#at] === "[" ? [] : this.#name();
    if (this.#skip("[")) return [this.#bracket()];
    if (this.#at === 0) return this.#name();
    throw new JsonPathError(`unexpected ${JSON.stringify(this.#text[this.#at])} in ${JSON.stringify(this.#text)}`);
  }

  #skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Up to the next dot or bracket; a backslash takes away their meaning. */
  #name(): Step[] {
    let name = "";
    while (this.#at < this.#text.length && !".[]{} ".includes(this.#text[this.#at]!)) {
      if (this.#text[this.#at] === "\\") this.#at++;
      name += this.#text[this.#at++] ?? "";
    }
    if (name === "") return [];
    return [name === "*" ? { kind: "all" } : { kind: "member", name }];
  }

  #bracket(): Step {
    const inner = this.#untilBracket();
    if (inner === "*") return { kind: "all" };
    if (inner.startsWith("?(") && inner.endsWith(")")) return parseFilter(inner.slice(2, -1));
    const parts = splitOutsideQuotes(inner);
    if (parts.length > 1) return { kind: "union", branches: parts.map((part) => [simpleStep(part.trim())]) };
    return simpleStep(inner.trim());
  }

  /** The text up to the bracket that closes this one: brackets and quotes may stand inside. */
  #untilBracket(): string {
    const start = this.#at;
    let depth = 1;
    let quote = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (quote !== "") {
        if (character === "\\") this.#at++;
        else if (character === quote) quote = "";
      } else if (character === "'" || character === '"') quote = character;
      else if (character === "[") depth++;
      else if (character === "]" && --depth === 0) return this.#text.slice(start, this.#at++);
    }
    throw new JsonPathError(`unterminated array in ${JSON.stringify(this.#text)}`);
  }
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,])+/g) ?? [];
}

const slice = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/;

function simpleStep(text: string): Step {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return { kind: "member", name: (quoted[2] ?? "").replace(/\\(.)/gs, "$1") };
  const match = slice.exec(text);
  if (!match || text === "") throw new JsonPathError(`invalid array index ${text}`);
  const number = (part: string | undefined) => (part ? Number(part) : undefined);
  const [from, to, by] = match.slice(1).map(number);
  return {
    kind: "slice",
    single: !text.includes(":"),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(by !== undefined && { by }),
  };
}

const comparison = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s;

function parseFilter(text: string): Step {
  const match = comparison.exec(text.trim());
  if (!match) return { kind: "filter", left: operand(text.trim()), operator: "exists", right: undefined };
  const [, left = "", operator = "", right = ""] = match;
  return { kind: "filter", left: operand(left), operator: operator as Operator, right: operand(right.trim()) };
}

function operand(text: string): Operand {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return { constant: (quoted[2] ?? "").replace(/\\(.)/gs, "$1") };
  if (text === "true" || text === "false") return { constant: text === "true" };
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return { constant: Number(text) };
  if (text.startsWith("@") || text.startsWith(".")) return { path: parseSteps(text) };
  throw new JsonPathError(`unrecognized identifier ${text}`);
}
