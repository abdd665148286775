/** A JSON document read piece by piece, with upstream's words for what is no JSON. */

/** The words are those of Go's encoding/json. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

export type JsonKind = "object" | "array" | "string" | "number" | "bool" | "null";

const end = "unexpected end of JSON input";
const space = /[ \t\r\n]*/y;
// One loop within the other: a loop over alternatives costs the engine a place to come back to for each character.
const stringShape = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const stringStart = /[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
const numberShape = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const words: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

export class JsonText {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Behind the last piece that was read. */
  get at(): number {
    return this.#at;
  }

  /** What the next value is, told by its first character. */
  kind(): JsonKind {
    const character = this.#peek();
    if (character === "{") return "object";
    if (character === "[") return "array";
    if (character === '"') return "string";
    if (character === "n") return "null";
    if (character === "t" || character === "f") return "bool";
    if (/[-0-9]/.test(character)) return "number";
    throw new JsonSyntaxError(invalidCharacter(character, "looking for beginning of value"));
  }

  /** Calls back at the value of each key, which must read it. */
  keys(read: (name: string) => void): void {
    this.#expect("{");
    if (this.#take("}")) return;
    for (;;) {
      if (this.#peek() !== '"') {
        throw new JsonSyntaxError(invalidCharacter(this.#next(), "looking for beginning of object key string"));
      }
      const name = JSON.parse(this.#string()) as string;
      if (!this.#take(":")) throw new JsonSyntaxError(invalidCharacter(this.#next(), "after object key"));
      read(name);
      if (this.#take("}")) return;
      if (!this.#take(",")) throw new JsonSyntaxError(invalidCharacter(this.#next(), "after object key:value pair"));
    }
  }

  /** Calls back at each item, which must be read. */
  items(read: (index: number) => void): void {
    this.#expect("[");
    if (this.#take("]")) return;
    for (let index = 0; ; index++) {
      read(index);
      if (this.#take("]")) return;
      if (!this.#take(",")) throw new JsonSyntaxError(invalidCharacter(this.#next(), "after array element"));
    }
  }

  /** Reads any value and answers its text. */
  literal(): string {
    const what = this.kind();
    const start = this.#at;
    if (what === "object") this.keys(() => this.skip());
    else if (what === "array") this.items(() => this.skip());
    else if (what === "string") this.#string();
    else if (what === "number") this.#number();
    else this.#word();
    return this.#text.slice(start, this.#at);
  }

  skip(): void {
    this.literal();
  }

  /** Nothing but space may be left. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length)
      throw new JsonSyntaxError(invalidCharacter(this.#next(), "after top-level value"));
  }

  #skipSpace(): void {
    space.lastIndex = this.#at;
    space.exec(this.#text);
    this.#at = space.lastIndex;
  }

  #peek(): string {
    this.#skipSpace();
    if (this.#at >= this.#text.length) throw new JsonSyntaxError(end);
    return this.#next();
  }

  /** The character at hand, whole even where it takes two code units. */
  #next(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character))
      throw new JsonSyntaxError(invalidCharacter(this.#next(), "looking for beginning of value"));
  }

  #string(): string {
    stringShape.lastIndex = this.#at;
    const found = stringShape.exec(this.#text)?.[0];
    if (found === undefined) throw new JsonSyntaxError(stringProblem(this.#text.slice(this.#at + 1)));
    this.#at += found.length;
    return found;
  }

  #number(): void {
    numberShape.lastIndex = this.#at;
    const found = numberShape.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    const next = this.#text[this.#at];
    if (found === "") {
      this.#at++;
      if (this.#at >= this.#text.length) throw new JsonSyntaxError(end);
      throw new JsonSyntaxError(invalidCharacter(this.#next(), "in numeric literal"));
    }
    if (next === "." || next === "e" || next === "E") {
      this.#at++;
      if (this.#at >= this.#text.length) throw new JsonSyntaxError(end);
      const where = next === "." ? "after decimal point in numeric literal" : "in exponent of numeric literal";
      throw new JsonSyntaxError(invalidCharacter(this.#next(), where));
    }
  }

  #word(): void {
    const word = words[this.#next()] ?? "";
    for (const [index, expected] of [...word].entries()) {
      const found = this.#text[this.#at + index];
      if (found === undefined) throw new JsonSyntaxError(end);
      if (found !== expected) {
        throw new JsonSyntaxError(invalidCharacter(found, `in literal ${word} (expecting ${quoted(expected)})`));
      }
    }
    this.#at += word.length;
  }
}

/**
 * Levels of objects and lists within each other. Upstream takes ten times as many; whoever nests deeper than this has only the readers' stack
 * in mind.
 */
export const maximumDepth = 1000;

/** `JSON.parse`, with Go's words for what is no JSON and a limit to nesting. Throws `JsonSyntaxError`. */
export function parseJson(text: string): unknown {
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonSyntaxError(syntaxProblem(text));
  }
}

/** Go's words for what V8 refused in its own. */
export function syntaxProblem(text: string): string {
  try {
    checkDepth(text);
    const reader = new JsonText(text);
    reader.skip();
    reader.end();
    return end;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
}

/** Opening brackets are counted first, wherever they stand: there are seldom so many that one has to look closer. */
function checkDepth(text: string): void {
  if (text.length <= 2 * maximumDepth) return;
  if (countUpTo(maximumDepth + 1, "{", text) + countUpTo(maximumDepth + 1, "[", text) > maximumDepth)
    checkDepthOutsideTexts(text);
}

function countUpTo(most: number, character: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count < most; at = text.indexOf(character, at + 1)) count++;
  return count;
}

const quote = 0x22;
const backslash = 0x5c;
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Looks at each character once, whatever the text is: it is anybody's. */
function checkDepthOutsideTexts(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (opening.has(code)) depth++;
    else if (closing.has(code)) depth--;
    if (depth > maximumDepth) throw new JsonSyntaxError(invalidCharacter(text[at]!, "exceeded max depth"));
  }
}

/** Where the string that begins at `start` has its second quote; the end of the text where it has none. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

function stringProblem(rest: string): string {
  stringStart.lastIndex = 0;
  const bad = rest.slice(stringStart.exec(rest)?.[0].length ?? 0);
  if (bad === "" || bad === "\\") return end;
  if (!bad.startsWith("\\")) return invalidCharacter(bad[0] ?? "", "in string literal");
  if (bad[1] !== "u") return invalidCharacter(bad[1] ?? "", "in string escape code");
  const digit = /[^0-9a-fA-F]/.exec(bad.slice(2, 6))?.[0];
  return digit === undefined ? end : invalidCharacter(digit, "in \\u hexadecimal character escape");
}

function invalidCharacter(character: string, where: string): string {
  return `invalid character ${quoted(character)} ${where}`;
}

function quoted(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
