/** The words of an expression. */
import { SyntaxProblem } from "./source.ts";

export interface Token {
  readonly kind: "identifier" | "quoted" | "int" | "uint" | "double" | "string" | "bytes" | "symbol" | "end";
  readonly text: string;
  /** In code points. */
  readonly offset: number;
}

const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /(?:[ \t\r\n\f]+|\/\/[^\n]*)+/y],
  ["double", /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/y],
  ["uint", /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ["int", /(?:0x[0-9a-fA-F]+|\d+)/y],
  ["bytes", /(?:[bB][rR]|[rR][bB]|[bB])(?=["'])/y],
  ["string", /[rR]?(?=["'])/y],
  ["identifier", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["quoted", /`[A-Za-z0-9_.\-/ ]+`/y],
  ["symbol", /==|!=|<=|>=|&&|\|\||[-+*/%!<>?:.,()[\]{}]/y],
];

/** Ends with a token of kind `end`. Throws `SyntaxProblem`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const codePoints = codePointCounter(text);
  let position = 0;
  while (position < text.length) {
    const found = nextToken(text, position);
    if (!found) throw unknownCharacter(text, position, codePoints(position));
    if (found.kind !== "space")
      tokens.push({ kind: found.kind, text: text.slice(position, found.end), offset: codePoints(position) });
    position = found.end;
  }
  tokens.push({ kind: "end", text: "<EOF>", offset: codePoints(text.length) });
  return tokens;
}

function unknownCharacter(text: string, position: number, offset: number): SyntaxProblem {
  const shown = String.fromCodePoint(text.codePointAt(position)!);
  return new SyntaxProblem({ offset, message: `Syntax error: token recognition error at: '${shown}'` });
}

function nextToken(text: string, position: number) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (!match) continue;
    const end = position + match[0].length;
    if (kind !== "string" && kind !== "bytes") return { kind, end };
    const closed = endOfString(text, end, /[rR]/.test(match[0]));
    return closed === undefined ? undefined : { kind, end: closed };
  }
  return undefined;
}

/** The place after the closing quote; nothing where there is none. */
function endOfString(text: string, open: number, raw: boolean): number | undefined {
  const quote = text[open]!;
  const triple = text.startsWith(quote.repeat(3), open);
  const closing = triple ? quote.repeat(3) : quote;
  let position = open + closing.length;
  while (position < text.length) {
    if (text.startsWith(closing, position)) return position + closing.length;
    if (!triple && text[position] === "\n") return undefined;
    position += text[position] === "\\" && !raw ? 2 : 1;
  }
  return undefined;
}

/** Offsets only grow, so each is counted from the last. */
function codePointCounter(text: string): (position: number) => number {
  let at = 0;
  let count = 0;
  return (position) => {
    while (at < position) {
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
      count++;
    }
    return count;
  };
}
