/** Lines of a description: cells that stand in columns; a line of one cell stands alone and ends the columns above it. */
import type { AnyObject } from "../resource-types.ts";
import { elasticColumns } from "./elastic-columns.ts";

/** Mostly a label and its value; a value with several lines stands under itself. */
export type Line = readonly string[];
export type Lines = readonly Line[];

/** A table's rows, the rules under its titles (as long as they are, unless said otherwise), indented. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rules = header.map(({ length }) => length),
): Lines {
  const indented = ([first, ...rest]: readonly string[]) => [`  ${first}`, ...rest];
  return [header, rules.map((length) => "-".repeat(length)), ...rows].map(indented);
}

export const render = (lines: Lines): string => elasticColumns(lines.flatMap(unfold));

export function unfold(line: Line): Line[] {
  const last = line.at(-1) ?? "";
  if (!last.includes("\n")) return [line];
  const [first, ...rest] = last.split("\n");
  return [[...line.slice(0, -1), first!], ...rest.map((text) => [...line.slice(0, -1).map(() => ""), text])];
}

const pairs = (map: Readonly<Record<string, string>> | undefined, separator: string): string => {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}${separator}${value}`).join("\n");
};

export const labelText = (labels: Readonly<Record<string, string>> | undefined): string => pairs(labels, "=");
/** What `apply` keeps for itself is left out. */
export function annotationText(annotations: Readonly<Record<string, string>> | undefined): string {
  const { "kubectl.kubernetes.io/last-applied-configuration": _, ...shown } = annotations ?? {};
  return pairs(shown, ": ");
}

export function metadataLines({ metadata }: AnyObject): Lines {
  return [
    ["Name:", metadata.name ?? ""],
    ["Namespace:", metadata.namespace ?? ""],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
  ];
}

/** The parts that a field's name is made of. To kubectl `podIPs` has three, and `nonResourceURLs` too: of two capitals the second begins a part. */
const partEnds = /(?<=\p{Ll})(?=\p{Lu})|(?<=(?:^|\P{Lu})\p{Lu})(?=\p{Lu}\p{Ll})|(?<=-)|(?=-)/u;
const acronyms: ReadonlySet<string> = new Set(["API", "GUID", "UID", "URL"]);

/** `fieldName` → `Field Name`, `uid` → `UID`. What has more than letters and dashes in it is no field's name, and stays. */
function title(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  const parts = key.split(partEnds).map((part) => {
    const upper = part.toUpperCase();
    return acronyms.has(upper) ? upper : upper.charAt(0) + part.slice(1);
  });
  return parts.join(" ");
}

/** As Go prints it. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(" ")}]`;
  return value === null ? "<nil>" : String(value);
}

/** In the order of the keys as they are given. */
export function nestedLines(value: Readonly<Record<string, unknown>>, depth = 0): Line[] {
  const indent = "  ".repeat(depth);
  return Object.entries(value).flatMap(([key, inner]): Line[] => {
    const label = `${indent}${title(key)}:`;
    if (Array.isArray(inner)) return [[label], ...inner.flatMap((item) => itemLines(item, depth + 1))];
    if (inner !== null && typeof inner === "object")
      return [[label], ...nestedLines(inner as Record<string, unknown>, depth + 1)];
    return [[label, valueText(inner)]];
  });
}

function itemLines(item: unknown, depth: number): Line[] {
  if (item !== null && typeof item === "object" && !Array.isArray(item))
    return nestedLines(item as Record<string, unknown>, depth);
  return [[`${"  ".repeat(depth)}${valueText(item)}`]];
}

/** As kubectl prints a time of an object: `Sat, 21 Nov 2026 10:00:00 +0000`. */
export const timeText = (time: string | undefined): string =>
  time ? new Date(time).toUTCString().replace("GMT", "+0000") : "<unset>";
