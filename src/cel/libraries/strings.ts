/** Strings, beyond what the language has itself. */
import { type Overload, overload } from "../checker/signature.ts";
import { ArrayList, EvaluationError, type ListValue } from "../values/value.ts";
import { codePoints } from "./code-points.ts";
import { formatString } from "./string-format.ts";

const tenth = (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1);
const first = (sizes: readonly number[]) => sizes[0]!;
const scan = { cost: tenth, size: first };
const twice = { ...scan, estimate: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.2) };
const search = {
  cost: (sizes: readonly number[]) => Math.ceil(sizes[0]! * 0.1) * Math.max(1, Math.ceil(sizes[1]! * 0.1)),
};

function position(at: bigint, length: number): number {
  if (at < 0n || at > BigInt(length)) throw new EvaluationError(`index out of range: ${at}`);
  return Number(at);
}

function charAt(text: string, at: bigint): string {
  const characters = codePoints(text);
  return characters[position(at, characters.length)] ?? "";
}

function starts(characters: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((character, offset) => characters[at + offset] === character);
}

function indexOf(text: string, part: string, from = 0n): bigint {
  const [characters, wanted] = [codePoints(text), codePoints(part)];
  if (from === 0n && part === "") return 0n;
  for (let at = position(from, characters.length); at + wanted.length <= characters.length; at++)
    if (starts(characters, wanted, at)) return BigInt(at);
  return -1n;
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const [characters, wanted] = [codePoints(text), codePoints(part)];
  const last = from === undefined ? characters.length : position(from, characters.length);
  if (part === "") return BigInt(last);
  for (let at = Math.min(last, characters.length - wanted.length); at >= 0; at--)
    if (starts(characters, wanted, at)) return BigInt(at);
  return -1n;
}

function substring(text: string, from: bigint, to?: bigint): string {
  const characters = codePoints(text);
  const start = position(from, characters.length);
  const end = to === undefined ? characters.length : position(to, characters.length);
  if (end < start) throw new EvaluationError(`invalid substring range. start: ${from}, end: ${to}`);
  return characters.slice(start, end).join("");
}

function replace(text: string, part: string, by: string, count = -1n): string {
  if (count < 0n) return text.replaceAll(part, () => by);
  const pieces = part === "" ? ["", ...codePoints(text)] : text.split(part);
  const changed = Math.min(Number(count), pieces.length - 1);
  return (
    pieces.slice(0, changed + 1).join(by) +
    pieces
      .slice(changed + 1)
      .map((piece) => part + piece)
      .join("")
  );
}

function split(text: string, separator: string, count = -1n): ArrayList {
  const pieces = separator === "" ? [...codePoints(text)] : text.split(separator);
  if (count === 0n) return new ArrayList([]);
  if (count < 0n || BigInt(pieces.length) <= count) return new ArrayList(pieces);
  const kept = pieces.slice(0, Number(count) - 1);
  return new ArrayList([...kept, pieces.slice(Number(count) - 1).join(separator)]);
}

function join(list: ListValue, separator = ""): string {
  return [...list].map(String).join(separator);
}

const quoted: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

function quote(text: string): string {
  return `"${Array.from(text.toWellFormed(), (character) => quoted[character] ?? character).join("")}"`;
}

/** Of the letters of ASCII only. */
const lower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upper = (text: string) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
const joined = { cost: (sizes: readonly number[]) => sizes[0]!, size: (sizes: readonly number[]) => sizes[0]! * 10 };

export const strings: readonly Overload[] = [
  overload("string.charAt(int): string", charAt),
  overload("string.indexOf(string): int", indexOf, search),
  overload("string.indexOf(string, int): int", indexOf, search),
  overload("string.lastIndexOf(string): int", lastIndexOf, search),
  overload("string.lastIndexOf(string, int): int", lastIndexOf, search),
  overload("string.lowerAscii(): string", lower, scan),
  overload("string.upperAscii(): string", upper, scan),
  overload("string.replace(string, string): string", replace, twice),
  overload("string.replace(string, string, int): string", replace, twice),
  overload("string.split(string): list(string)", split, twice),
  overload("string.split(string, int): list(string)", split, twice),
  overload("string.substring(int): string", substring, scan),
  overload("string.substring(int, int): string", substring, scan),
  overload("string.trim(): string", (text: string) => text.trim(), scan),
  overload("list(string).join(): string", join, joined),
  overload("list(string).join(string): string", join, joined),
  overload("string.format(list(dyn)): string", formatString, scan),
  overload("strings.quote(string): string", quote, scan),
];
