/** Lines of a description: a label and its value, aligned; deeper lines are indented. */
import type { AnyObject } from "../resource-types.ts";

/** Label, value; a value with several lines stands under itself. Labels that start with spaces are one level deeper for each two. */
export type Line = readonly [label: string, value: string];
export type Lines = readonly Line[];

const indentOf = (label: string): number => label.length - label.trimStart().length;

/** Values stand in one column for the lines of one depth. */
export function render(lines: Lines): string {
  const widths = new Map<number, number>();
  for (const [label, value] of lines) {
    if (value === "") continue;
    const indent = indentOf(label);
    widths.set(indent, Math.max(widths.get(indent) ?? 0, label.length));
  }
  return lines.map(([label, value]) => renderLine(label, value, (widths.get(indentOf(label)) ?? 0) + 2)).join("");
}

function renderLine(label: string, value: string, width: number): string {
  if (value === "") return `${label}\n`;
  const [first, ...rest] = value.split("\n");
  return [`${label.padEnd(width)}${first}`, ...rest.map((line) => " ".repeat(width) + line)]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

const pairs = (map: Readonly<Record<string, string>> | undefined, separator: string): string => {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "<none>" : entries.map(([key, value]) => `${key}${separator}${value}`).join("\n");
};

export const labelText = (labels: Readonly<Record<string, string>> | undefined): string => pairs(labels, "=");
export const annotationText = (annotations: Readonly<Record<string, string>> | undefined): string =>
  pairs(annotations, ": ");

export function metadataLines({ metadata }: AnyObject): Lines {
  return [
    ["Name:", metadata.name ?? ""],
    ...(metadata.namespace ? [["Namespace:", metadata.namespace] as const] : []),
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
  ];
}

/** `fieldName` → `Field Name`. */
const title = (key: string): string =>
  key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/^./, (letter) => letter.toUpperCase());

export function nestedLines(value: Readonly<Record<string, unknown>>, depth = 0): Line[] {
  const indent = "  ".repeat(depth);
  return Object.entries(value).flatMap(([key, inner]): Line[] => {
    const label = `${indent}${title(key)}:`;
    if (Array.isArray(inner)) return [[label, ""], ...inner.flatMap((item) => itemLines(item, depth + 1))];
    if (inner !== null && typeof inner === "object")
      return [[label, ""], ...nestedLines(inner as Record<string, unknown>, depth + 1)];
    return [[label, String(inner)]];
  });
}

function itemLines(item: unknown, depth: number): Line[] {
  if (item !== null && typeof item === "object" && !Array.isArray(item))
    return nestedLines(item as Record<string, unknown>, depth);
  return [[`${"  ".repeat(depth)}${String(item)}`, ""]];
}

export function conditionLines(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
): Line[] {
  if (!conditions?.length) return [];
  return [
    ["Conditions:", ""],
    ["  Type", "Status"],
    ...conditions.map(({ type, status }): Line => [`  ${type}`, status]),
  ];
}

/** `5s`, `3m`, `2h`, `4d`: how long ago. */
export function age(time: string | undefined, now = Date.now()): string {
  if (!time) return "<unknown>";
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** As kubectl prints a time of an object: `Sat, 21 Nov 2026 10:00:00 +0000`. */
export const timeText = (time: string | undefined): string =>
  time ? new Date(time).toUTCString().replace("GMT", "+0000") : "<unset>";
