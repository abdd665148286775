/**
 * The part of YAML that programs write kubeconfigs in: block mappings, block lists of mappings, and scalars that are plainly texts. Reading
 * certificates with a whole YAML parser, and loading that parser, takes half of a short command's time.
 */
import { isDeepStrictEqual } from "node:util";

interface Line {
  readonly indent: number;
  /** The line begins an item of a list. */
  readonly item: boolean;
  readonly key: string;
  readonly value: string;
}

const linePattern = /^( *)(- )?([A-Za-z][\w-]*):(?: ([A-Za-z0-9+/=._@-][A-Za-z0-9+/=:._@-]*))?$/;

/** Scalars that a YAML parser could take for something else than text: numbers, times, null, booleans; `key: value` in one. */
const doubtful = /^([-+.]?[\d.].*|~|=|-|y|n|null|true|false|yes|no|on|off)$|: |:$|^-$/i;
const token = /^[A-Za-z0-9+/]{64,}={0,2}$/;

function parseLine(text: string): Line | undefined {
  const found = linePattern.exec(text);
  if (!found) return undefined;
  const [, spaces = "", dash, key = "", value = ""] = found;
  // Long base64 may begin with a digit, but is no number.
  if (doubtful.test(value) && !(token.test(value) && /[A-Za-z]/.test(value.slice(0, 64)))) return undefined;
  return { indent: spaces.length + (dash ? 2 : 0), item: dash !== undefined, key, value };
}

/** The value, or undefined where any line is not of that part: a YAML parser has to say. */
export function parsePlainYaml(text: string): unknown {
  const lines: Line[] = [];
  for (const raw of text.split("\n")) {
    if (raw === "" || raw === "---") continue;
    const line = parseLine(raw);
    if (!line) return undefined;
    lines.push(line);
  }
  const state = { lines, at: 0 };
  const value = lines.length === 0 ? undefined : mapping(state, lines[0]!.indent);
  return state.at === lines.length ? value : undefined;
}

interface State {
  readonly lines: readonly Line[];
  at: number;
}

/** Undefined keeps the place where the reading stopped, so that the whole is undefined too. */
function mapping(state: State, indent: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (let first = true; ; first = false) {
    const line = state.lines[state.at];
    if (!line || line.indent !== indent || (line.item && !first) || Object.hasOwn(result, line.key)) return result;
    state.at++;
    result[line.key] = line.value === "" ? nested(state, indent) : line.value;
  }
}

/** What stands below a key without a value; a list's dashes may stand as far left as the key. */
function nested(state: State, indent: number): unknown {
  const next = state.lines[state.at];
  if (!next) return null;
  if (next.item && next.indent >= indent + 2) return list(state, next.indent);
  return !next.item && next.indent > indent ? mapping(state, next.indent) : null;
}

function list(state: State, indent: number): unknown[] {
  const items: unknown[] = [];
  for (let line = state.lines[state.at]; line?.item && line.indent === indent; line = state.lines[state.at])
    items.push(mapping(state, indent));
  return items;
}

/** The text of a value of texts, mappings and lists of mappings; undefined where it would not be read back as the same. */
export function stringifyPlainYaml(value: object): string | undefined {
  const text = membersOf(value, "").join("");
  return isDeepStrictEqual(parsePlainYaml(text), value) ? text : undefined;
}

function membersOf(value: object, indent: string): string[] {
  return Object.entries(value).map(([key, member]) => {
    if (typeof member !== "object" || member === null) return `${indent}${key}: ${member}\n`;
    const deeper = `${indent}  `;
    const lines = Array.isArray(member) ? member.flatMap((item) => itemOf(item, deeper)) : membersOf(member, deeper);
    return `${indent}${key}:\n${lines.join("")}`;
  });
}

/** The first line of an item carries its dash. */
function itemOf(item: unknown, indent: string): string {
  const text = typeof item === "object" && item !== null ? membersOf(item, `${indent}  `).join("") : `${item}\n`;
  return `${indent}- ${text.trimStart()}`;
}
