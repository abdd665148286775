/** kubectl's JSONPath templates, as a tree: `{range .items[*]}{.metadata.name}{"\n"}{end}`. Text outside of braces stands for itself. */
import { UsageError } from "../../failure.ts";

/** One step into a value. */
export type Step =
  | { readonly kind: "field"; readonly names: readonly string[] }
  | { readonly kind: "every" }
  | { readonly kind: "descend" }
  | { readonly kind: "indices"; readonly indices: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly by: number }
  | { readonly kind: "filter"; readonly left: Operand; readonly operator: string; readonly right?: Operand };

/** Steps from the root (`$`) or from where one is (`@`, nothing). */
export interface Path {
  readonly fromRoot: boolean;
  readonly steps: readonly Step[];
}

export type Operand = { readonly path: Path } | { readonly literal: string | number | boolean };

export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly path: Path; readonly body: readonly Part[] };

const malformed = (what: string, text: string): UsageError => new UsageError(`error parsing jsonpath ${text}, ${what}`);

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);

/** The end of the quoted string that begins at `at`, just behind it; undefined where it does not end. */
function quotedEnd(text: string, at: number): number | undefined {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "\\") end++;
    else if (text[end] === text[at]) return end + 1;
  }
  return undefined;
}

/** Splits at the top level: quotes, brackets and round brackets are skipped over. */
function splitOutside(text: string, separator: RegExp): string[] {
  const parts = [""];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    const end = letter === "'" || letter === '"' ? quotedEnd(text, at) : undefined;
    if (end !== undefined) {
      parts.push(parts.pop()! + text.slice(at, end));
      at = end - 1;
      continue;
    }
    if ("[(".includes(letter)) depth++;
    if ("])".includes(letter)) depth--;
    if (depth === 0 && separator.test(letter)) parts.push("");
    else parts.push(parts.pop()! + letter);
  }
  return parts;
}

/** The place of the bracket that closes the one at `at`. */
function closing(text: string, at: number, [open, close]: readonly [string, string]): number {
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    if (text[end] === "'" || text[end] === '"') end = (quotedEnd(text, end) ?? text.length) - 1;
    else if (text[end] === open) depth++;
    else if (text[end] === close && --depth === 0) return end;
  }
  throw malformed(open === "[" ? "unterminated array" : "unclosed action", text);
}

const fieldPattern = /^((?:\\.|[^.[\]\s,()=!<>\\])+)/;

function parsePath(source: string): Path {
  let text = source.trim();
  const fromRoot = text.startsWith("$");
  if (/^[$@]/.test(text)) text = text.slice(1);
  const steps: Step[] = [];
  while (text !== "") {
    if (text.startsWith("..")) {
      steps.push({ kind: "descend" });
      text = text[2] === "[" ? text.slice(2) : text.slice(1);
    } else if (text.startsWith("[")) {
      const end = closing(text, 0, ["[", "]"]);
      steps.push(parseBracket(text.slice(1, end).trim(), source));
      text = text.slice(end + 1);
    } else {
      const name = fieldPattern.exec(text.replace(/^\./, ""))?.[1];
      // A dot alone means the value itself.
      if (name === undefined && text === ".") break;
      if (name === undefined) throw malformed("invalid path", source);
      steps.push(name === "*" ? { kind: "every" } : { kind: "field", names: [name.replace(/\\(.)/g, "$1")] });
      text = text.replace(/^\./, "").slice(name.length);
    }
  }
  return { fromRoot, steps };
}

function parseBracket(text: string, source: string): Step {
  if (text === "*") return { kind: "every" };
  if (text.startsWith("?(") && text.endsWith(")")) return parseFilter(text.slice(2, -1));
  if (/^['"]/.test(text))
    return { kind: "field", names: splitOutside(text, /,/).map((quoted) => unquote(quoted.trim())) };
  if (/^-?\d+(\s*,\s*-?\d+)*$/.test(text)) return { kind: "indices", indices: text.split(",").map(Number) };
  const slice = /^(-?\d*):(-?\d*)(?::(\d+))?$/.exec(text);
  if (!slice) throw malformed(`invalid array index ${text}`, source);
  const [, from, to, by] = slice;
  return { kind: "slice", ...(from && { from: Number(from) }), ...(to && { to: Number(to) }), by: Number(by ?? 1) };
}

function parseFilter(text: string): Step {
  const found = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text);
  if (!found) return { kind: "filter", left: parseOperand(text), operator: "exists" };
  return { kind: "filter", left: parseOperand(found[1]!), operator: found[2]!, right: parseOperand(found[3]!) };
}

function parseOperand(source: string): Operand {
  const text = source.trim();
  if (/^['"]/.test(text)) return { literal: unquote(text) };
  if (text === "true" || text === "false") return { literal: text === "true" };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  return { path: parsePath(text) };
}

/** Throws `UsageError` for what kubectl would not parse either. */
export function parseTemplate(template: string): readonly Part[] {
  const open: { readonly path?: Path; readonly body: Part[] }[] = [{ body: [] }];
  for (let at = 0; at < template.length; ) {
    const begin = template.indexOf("{", at);
    const text = template.slice(at, begin === -1 ? undefined : begin);
    if (text) open.at(-1)!.body.push({ kind: "text", text });
    if (begin === -1) break;
    const end = closing(template, begin, ["{", "}"]);
    parseAction(template.slice(begin + 1, end).trim(), open, template);
    at = end + 1;
  }
  if (open.length > 1) throw malformed("not found end", template);
  return open[0]!.body;
}

function parseAction(action: string, open: { readonly path?: Path; readonly body: Part[] }[], template: string): void {
  if (action.startsWith("range ")) {
    open.push({ path: parsePath(action.slice("range ".length)), body: [] });
    return;
  }
  if (action === "end") {
    const { path, body } = open.pop()!;
    if (!path) throw malformed("not in range, nothing to end", template);
    open.at(-1)!.body.push({ kind: "range", path, body });
    return;
  }
  for (const word of splitOutside(action, /\s/).filter(Boolean))
    open
      .at(-1)!
      .body.push(/^['"]/.test(word) ? { kind: "text", text: unquote(word) } : { kind: "path", path: parsePath(word) });
}

/** What `--sort-by` and custom columns take: braces and the leading dot may be left out. */
export function parseRelaxedPath(text: string): Path {
  const inner = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  return parsePath(/^[.[$@]/.test(inner) ? inner : `.${inner}`);
}
