import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import type { RE2JS } from "re2js";

/**
 * Regular expressions as API authors write them, in the syntax of RE2, as the engine here takes them. What both read alike passes through;
 * what only RE2 knows (`\z`, `\Q…\E`, `[[:alpha:]]`, `(?i)` at the start) is translated. Throws SyntaxError for what is no expression.
 */
export function goPattern(pattern: string): TextPattern {
  const found = known.get(pattern);
  if (found) return found;
  const made = translate(pattern);
  if (pattern.length <= knownLength) remember(pattern, made);
  return made;
}

// Anybody who may make a definition may write a pattern that takes this engine, which goes back and tries again, forever on a short text.
// Once it has gone back too often it hands over to its other, linear one; that knows no `u` flag, hence the care below to do without.
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
// Nor does it know counted repetitions and the `i` flag. Its own flag, `l`, tells what it knows.
setFlagsFromString("--enable-experimental-regexp-engine");

const load = createRequire(import.meta.url);

/** Loaded for the first pattern that needs it. */
const linearEngine = () => (load("re2js") as typeof import("re2js")).RE2JS;

/** As long a text no expression can make long work of. */
const shortText = 16;

export interface TextPattern {
  /** Whether it is found anywhere in the text, in time that grows with the text alone. */
  test(text: string): boolean;
}

/** Definitions repeat the same few patterns hundreds of times. */
const known = new Map<string, TextPattern>();
const knownMaximum = 4096;
const knownLength = 4096;

function remember(pattern: string, made: TextPattern): void {
  if (known.size >= knownMaximum) known.clear();
  known.set(pattern, made);
}

/** For each property this engine writes out hundreds of ranges of characters: a hundred thousand take nine seconds and two gigabytes. */
const mostProperties = 500;

function translate(pattern: string): TextPattern {
  if (pattern.length > knownLength && (pattern.match(/\\[pP]/g)?.length ?? 0) > mostProperties) {
    const engine = linearEngine().compile(pattern);
    return { test: (text) => engine.matcher(text).find() };
  }
  const reader = new PatternReader(pattern, needsUnicode.test(pattern));
  const source = reader.read();
  const expression = new RegExp(source, reader.flags);
  return isLinear(source, reader.flags) ? expression : linear(pattern, expression);
}

function isLinear(source: string, flags: string): boolean {
  try {
    new RegExp(source, `${flags}l`);
    return true;
  } catch {
    return false;
  }
}

/** By an engine that never goes back, and is made when a text is long enough to need it. */
function linear(pattern: string, expression: RegExp): TextPattern {
  let engine: RE2JS | undefined;
  return {
    test(text) {
      if (text.length <= shortText) return expression.test(text);
      engine ??= compiled(pattern);
      return engine.matcher(text).find();
    },
  };
}

/** What that engine does not know matches nothing. */
function compiled(pattern: string): RE2JS {
  try {
    return linearEngine().compile(pattern);
  } catch {
    return linearEngine().compile("[^\\x00-\\x{10FFFF}]");
  }
}

/** What Go says of the pattern: `missing closing ): ...`. Nothing where it says nothing. */
export function goSyntaxError(pattern: string): string | undefined {
  try {
    linearEngine().compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : undefined;
  }
}

/** Properties of characters, characters of two code units, and negated sets within sets cannot be said in code units. */
const needsUnicode = /\\[pP]|\\x\{|[\ud800-\udfff]|(?:^|\])[^[\]]*\[[^\]]*\\[DSW]/;
/** A whole character outside of a set, said in code units. */
const pair = "[\\ud800-\\udbff][\\udc00-\\udfff]";
const surrogates = "\\ud800-\\udfff";

const posixClasses: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};

/** What `\\D`, `\\S`, `\\W` exclude. */
const negatedSets: Readonly<Record<string, string>> = { D: "0-9", S: "\\t\\n\\f\\r ", W: "0-9A-Za-z_" };

const repeatMaximum = 1000;

const shapes = {
  repeat: /\d+(,\d*)?\}/y,
  around: /\?(<?[=!]|>)/y,
  property: /(?:\{(\^?)(\w+)\}|(\w))/y,
  hexadecimal: /(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y,
  posix: /\[:(\^?)(\w+):\]/y,
};

/** What must be escaped to stand for itself. */
const special = /[\\^$.*+?()[\]{}|/]/;

class PatternReader {
  readonly #text: string;
  readonly #unicode: boolean;
  #at = 0;
  flags: string;

  constructor(text: string, unicode: boolean) {
    this.#text = text;
    this.#unicode = unicode;
    this.flags = unicode ? "u" : "";
  }

  read(): string {
    this.#leadingFlags();
    let source = "";
    while (this.#at < this.#text.length) source += this.#next();
    return source;
  }

  #leadingFlags(): void {
    const match = /^\(\?([ims]+)\)/.exec(this.#text);
    if (!match) return;
    this.flags += [...new Set(match[1])].join("");
    this.#at = match[0].length;
  }

  #next(): string {
    const character = this.#take();
    if (character === "\\") return this.#escape(false);
    if (character === "[") return this.#class();
    if (character === "(") return this.#group();
    if (character === "{") return this.#brace();
    if (character === ".") return this.#anyBut(this.flags.includes("s") ? "" : "\\n");
    // Alone they stand for themselves in RE2.
    if (character === "}" || character === "]") return `\\${character}`;
    return character;
  }

  #anyBut(set: string): string {
    return this.#unicode ? `[^${set}]` : `(?:[^${set}${surrogates}]|${pair})`;
  }

  /** What stands here, by a sticky expression: a slice of the rest for each character would cost the square of a long pattern. */
  #see(shape: RegExp): RegExpExecArray | null {
    shape.lastIndex = this.#at;
    return shape.exec(this.#text);
  }

  #take(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  /** `{2,3}` repeats; any other brace stands for itself. */
  #brace(): string {
    const match = this.#see(shapes.repeat);
    if (!match) return "\\{";
    if (match[0].match(/\d+/g)!.some((count) => Number(count) > repeatMaximum))
      throw new SyntaxError(`invalid repeat count: \`{${match[0]}\``);
    this.#at += match[0].length;
    return `{${match[0]}`;
  }

  /** Names of groups have a P in RE2. Looking around is not to be had there. */
  #group(): string {
    if (this.#see(shapes.around)) throw new SyntaxError("invalid or unsupported Perl syntax");
    if (!this.#text.startsWith("?P<", this.#at)) return "(";
    this.#at += 3;
    return "(?<";
  }

  #escape(inClass: boolean): string {
    if (this.#at >= this.#text.length) throw new SyntaxError("trailing backslash at end of expression");
    const character = this.#take();
    if (character === "A" && !inClass) return this.flags.includes("m") ? "(?<![^])" : "^";
    if (character === "z" && !inClass) return this.flags.includes("m") ? "(?![^])" : "$";
    if (character === "Q" && !inClass) return this.#quoted();
    if (character === "a") return "\\x07";
    // The space of RE2 is that of ASCII.
    if (character === "s") return inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]";
    const negated = inClass ? undefined : negatedSets[character];
    if (negated !== undefined) return this.#anyBut(negated);
    if (character === "p" || character === "P") return this.#property(character);
    if (character === "x") return this.#hexadecimal();
    if (/[1-9]/.test(character)) throw new SyntaxError(`invalid escape sequence: \\${character}`);
    if (/[A-Za-z0-9]/.test(character)) return `\\${character}`;
    if (character === "-") return inClass ? "\\-" : "-";
    return literal(character, inClass);
  }

  #quoted(): string {
    const end = this.#text.indexOf("\\E", this.#at);
    const text = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return [...text].map((character) => literal(character, false)).join("");
  }

  /** `\pL` and `\p{Greek}`: scripts and categories. */
  #property(letter: string): string {
    const match = this.#see(shapes.property);
    if (!match) throw new SyntaxError("invalid character class range");
    this.#at += match[0].length;
    const name = match[2] ?? match[3] ?? "";
    const negated = (letter === "P") !== (match[1] === "^");
    return `\\${negated ? "P" : "p"}{${name.length > 2 ? `Script=${name}` : name}}`;
  }

  #hexadecimal(): string {
    const match = this.#see(shapes.hexadecimal);
    if (!match) throw new SyntaxError("invalid escape sequence: \\x");
    this.#at += match[0].length;
    return match[1] === undefined ? `\\x${match[2]}` : `\\u{${match[1]}}`;
  }

  #class(): string {
    const negated = this.#text[this.#at] === "^";
    if (negated) this.#at++;
    let source = "";
    // A bracket right at the start is one of the characters.
    if (this.#text[this.#at] === "]") source += `\\${this.#take()}`;
    while (this.#at < this.#text.length) {
      const posix = this.#see(shapes.posix);
      if (posix) source += this.#posix(posix);
      else {
        const character = this.#take();
        if (character === "]") return negated ? this.#anyBut(source) : `[${source}]`;
        source += character === "\\" ? this.#classEscape() : literal(character, true);
      }
    }
    throw new SyntaxError("missing closing ]");
  }

  /** Behind a set of characters a dash is just a dash. */
  #classEscape(): string {
    const isSet = /[dDwWsSpP]/.test(this.#text[this.#at] ?? "");
    const escaped = this.#escape(true);
    if (!isSet || this.#text[this.#at] !== "-" || this.#text[this.#at + 1] === "]") return escaped;
    this.#at++;
    return `${escaped}\\-`;
  }

  #posix([text, negated, name = ""]: RegExpExecArray): string {
    const characters = posixClasses[name];
    if (characters === undefined || negated) throw new SyntaxError(`invalid character class range: ${text}`);
    this.#at += text.length;
    return characters;
  }
}

/** An unescaped dash keeps its meaning in a class. */
function literal(character: string, inClass: boolean): string {
  if (inClass) return /[\\[\]^]/.test(character) ? `\\${character}` : character;
  return special.test(character) ? `\\${character}` : character;
}
