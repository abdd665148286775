/** The values of literals. */
import { Uint, type Value } from "../values/value.ts";
import { SyntaxProblem } from "./source.ts";
import type { Token } from "./tokens.ts";

const largestInt = 2n ** 63n - 1n;
const largestUint = 2n ** 64n - 1n;

function invalid(token: Token, what: string): SyntaxProblem {
  return new SyntaxProblem({ offset: token.offset, message: `Syntax error: invalid ${what} literal` });
}

/** `negative`: a minus stands before it, so that the smallest int can be written. */
export function intLiteral(token: Token, negative: boolean): bigint {
  const value = negative ? -BigInt(token.text) : BigInt(token.text);
  if (value > largestInt || value < -largestInt - 1n) throw invalid(token, "int");
  return value;
}

export function uintLiteral(token: Token): Uint {
  const value = BigInt(token.text.slice(0, -1));
  if (value > largestUint) throw invalid(token, "uint");
  return new Uint(value);
}

export function doubleLiteral(token: Token, negative: boolean): number {
  const value = Number(token.text);
  if (!Number.isFinite(value)) throw invalid(token, "double");
  return negative ? -value : value;
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "`": "`",
  "?": "?",
};

const escapePattern =
  /\\(?:([abfnrtv\\'"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;

function contents(token: Token): { text: string; raw: boolean } {
  const prefix = /^[bBrR]*/.exec(token.text)![0];
  const quoted = token.text.slice(prefix.length);
  const width = /^("""|''')/.test(quoted) ? 3 : 1;
  return { text: quoted.slice(width, -width), raw: /[rR]/.test(prefix) };
}

export function stringLiteral(token: Token): string {
  const { text, raw } = contents(token);
  if (raw) return text;
  return text.replace(escapePattern, (all, simple, hex, short, long, octal) => {
    if (simple !== undefined) return escapes[simple]!;
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    const digits = hex ?? short ?? long;
    if (digits === undefined) throw unknownEscape(token, all);
    return codePoint(token, Number.parseInt(digits, 16));
  });
}

function unknownEscape(token: Token, text: string): SyntaxProblem {
  return new SyntaxProblem({ offset: token.offset, message: `Syntax error: token recognition error at: '${text}'` });
}

function codePoint(token: Token, value: number): string {
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) throw invalid(token, "string");
  return String.fromCodePoint(value);
}

/** `\x` and octal escapes are bytes; all else is UTF-8. */
export function bytesLiteral(token: Token): Value {
  const { text, raw } = contents(token);
  if (raw) return new Uint8Array(Buffer.from(text, "utf8"));
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const match of text.matchAll(escapePattern)) {
    const [all, simple, hex, short, long, octal] = match;
    if (short !== undefined || long !== undefined || (!simple && !hex && !octal)) throw unknownEscape(token, all);
    parts.push(Buffer.from(text.slice(end, match.index), "utf8"));
    const digits = hex === undefined ? octal : hex;
    const byte = digits === undefined ? escapes[simple!]!.charCodeAt(0) : Number.parseInt(digits, hex ? 16 : 8);
    parts.push(Uint8Array.of(byte));
    end = match.index + all.length;
  }
  parts.push(Buffer.from(text.slice(end), "utf8"));
  return new Uint8Array(Buffer.concat(parts));
}
