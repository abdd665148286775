/** Command lines as upstream's programs take them, with their words for what is wrong. Pure. */

/** Named as upstream's help names them. */
export type FlagType =
  | "bool"
  | "duration"
  | "float"
  | "int"
  | "ip"
  | "map"
  /** `CERTIFICATE,KEY`, and perhaps `:NAME,NAME`; each use adds one. */
  | "namedCertKey"
  | "string"
  /** Each use adds values, divided by commas. */
  | "strings"
  /** Each use adds one value. */
  | "stringArray";

export type FlagTable = Readonly<Record<string, FlagType>>;

/** How a family of programs reads its command line. */
export interface FlagStyle {
  /** One letter, and the flag that it stands for. */
  readonly shorthands: Readonly<Record<string, string>>;
  /** One dash is as good as two, and underscores are letters (Go's own `flag`). */
  readonly singleDash: boolean;
  /** Words that are no flag. */
  extra(word: string): string;
  unknown(name: string): string;
  needsArgument(name: string): string;
  invalid(name: string, value: string, reason: string): string;
}

export class FlagError extends Error {
  override readonly name = "FlagError";
}

const truths = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const lies = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** Nothing where the text is a value of the type; else what is wrong, in the words of Go's parsers. */
function problemOf(type: FlagType, text: string): string | undefined {
  const quoted = JSON.stringify(text);
  const syntax = (parser: string) => `strconv.${parser}: parsing ${quoted}: invalid syntax`;
  switch (type) {
    case "bool":
      return truths.has(text) || lies.has(text) ? undefined : syntax("ParseBool");
    case "int":
      return /^[+-]?\d+$/.test(text) ? undefined : syntax("ParseInt");
    case "float":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? undefined : syntax("ParseFloat");
    case "duration":
      return /^[+-]?(0|(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+)$/.test(text) ? undefined : durationProblem(text);
    case "ip":
      return text === "" || /^[\d.]+$|^[\da-fA-F:.]*:[\da-fA-F:.]*$/.test(text)
        ? undefined
        : `failed to parse IP: ${quoted}`;
    case "map":
      return text.split(",").every((part) => part === "" || part.includes("="))
        ? undefined
        : `malformed pair, expect string=string`;
    case "namedCertKey":
      return /^[^,:]+,[^,:]+(:.*)?$/.test(text) ? undefined : "expected comma separated certificate and key file paths";
    default:
      return undefined;
  }
}

function durationProblem(text: string): string {
  const quoted = JSON.stringify(text);
  if (/^[+-]?\d+(\.\d*)?$/.test(text)) return `time: missing unit in duration ${quoted}`;
  const unit = /^[+-]?[\d.]+([^\d.]+)/.exec(text)?.[1];
  return unit ? `time: unknown unit "${unit}" in duration ${quoted}` : `time: invalid duration ${quoted}`;
}

/** What the command line says. A flag that is given twice has its last value, but for those that gather. */
export class FlagValues {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Empty where it is not given. */
  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? "";
  }

  list(name: string): readonly string[] {
    const given = this.#values.get(name) ?? [];
    return given.filter((value) => value !== "");
  }

  /** Of every use, divided at commas. */
  parts(name: string): readonly string[] {
    return this.list(name).flatMap((value) => value.split(",").map((part) => part.trim()));
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.has(name) ? truths.has(this.text(name)) : otherwise;
  }

  number(name: string, otherwise: number): number {
    return this.has(name) ? Number(this.text(name)) : otherwise;
  }

  /** `name=value` pairs. */
  pairs(name: string): readonly (readonly [string, string])[] {
    return this.parts(name)
      .filter((part) => part !== "")
      .map((part) => {
        const at = part.indexOf("=");
        return at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      });
  }
}

/** Throws `FlagError`. */
export function parseFlags(words: readonly string[], table: FlagTable, style: FlagStyle): FlagValues {
  const values = new Map<string, string[]>();
  const extras: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--") {
      extras.push(...words.slice(at + 1));
      break;
    }
    const flag = flagOf(word, table, style);
    if (!flag) {
      extras.push(word);
      continue;
    }
    const { name, type } = flag;
    const value = flag.value ?? (type === "bool" ? "true" : words[++at]);
    if (value === undefined) throw new FlagError(style.needsArgument(flag.shown));
    const problem = problemOf(type, value);
    if (problem) throw new FlagError(style.invalid(name, value, problem));
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  if (extras[0] !== undefined) throw new FlagError(style.extra(extras[0]));
  return new FlagValues(values);
}

interface FoundFlag {
  readonly name: string;
  readonly type: FlagType;
  readonly value?: string;
  /** As it was written, for a complaint. */
  readonly shown: string;
}

/** Nothing where the word is no flag. */
function flagOf(word: string, table: FlagTable, style: FlagStyle): FoundFlag | undefined {
  const match = /^(--?)([^-=][^=]*)(?:=(.*))?$/s.exec(word);
  if (!match) return undefined;
  const [, dashes, written = "", value] = match;
  if (dashes === "-" && !style.singleDash) return shorthandOf(written, value, table, style);
  const name = style.singleDash ? written : written.replaceAll("_", "-");
  const type = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!type) throw new FlagError(style.unknown(written));
  return { name, type, shown: `--${written}`, ...(value !== undefined && { value }) };
}

/** `-v=2`, `-v2`, `-v 2`. */
function shorthandOf(written: string, value: string | undefined, table: FlagTable, style: FlagStyle): FoundFlag {
  const letter = written[0]!;
  const name = style.shorthands[letter];
  if (!name) throw new FlagError(`unknown shorthand flag: '${letter}' in -${written}`);
  const joined = written.length > 1 ? written.slice(1) : value;
  return { name, type: table[name]!, shown: `-${letter}`, ...(joined !== undefined && { value: joined }) };
}
