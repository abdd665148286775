/** How objects are printed where the server's table is not asked for: JSON, YAML, JSONPath, custom columns. */
import { readFileSync } from "node:fs";
import { stringify, type Tags } from "yaml";
import { UsageError } from "../failure.ts";
import { columnsOfFile, customColumns } from "./custom-columns.ts";
import { findByTemplate, render } from "./jsonpath/evaluate.ts";
import { parseTemplate } from "./jsonpath/template.ts";
import { escapedJson } from "./ordered-json.ts";
import type { AnyObject } from "./resource-types.ts";

export interface OutputOptions {
  /** One object was asked for by its name: it is printed alone, not in a list. */
  readonly single: boolean;
  readonly headers: boolean;
}

export type OutputFormat = (objects: readonly AnyObject[], options: OutputOptions) => string;

type Tag = Exclude<Tags[number], string>;

/** A dot alone is no number, though YAML 1.1's own pattern takes it for one; managed fields are full of them. */
const withoutDot = (tags: Tags): Tags =>
  tags.map((tag) => {
    if (typeof tag === "string" || !("test" in tag) || !(tag.test instanceof RegExp) || !tag.test.test(".")) return tag;
    return { ...tag, test: new RegExp(`(?!^\\.$)${tag.test.source}`, tag.test.flags) } as Tag;
  });

/** Keys in order, as kubectl prints them. */
export const toYaml = (value: unknown): string =>
  stringify(value, {
    sortMapEntries: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
    indentSeq: false,
    version: "1.1",
    customTags: withoutDot,
  });

export const toJson = (value: unknown): string => `${escapedJson(value, 4)}\n`;

const whole = (objects: readonly AnyObject[], { single }: OutputOptions): unknown =>
  single ? objects[0] : { apiVersion: "v1", items: objects, kind: "List", metadata: { resourceVersion: "" } };

type Maker = (argument: string) => OutputFormat;

const jsonPath: Maker = (template) => {
  const parts = parseTemplate(template);
  return (objects, options) => render(parts, whole(objects, options));
};

const jsonPathAsJson: Maker = (template) => {
  const parts = parseTemplate(template);
  return (objects, options) => toJson(findByTemplate(parts, whole(objects, options)));
};

const columns: Maker =
  (specification) =>
  (objects, { headers }) =>
    customColumns(specification, objects, headers);

const simple: ReadonlyMap<string, OutputFormat> = new Map<string, OutputFormat>([
  ["json", (objects, options) => toJson(whole(objects, options))],
  ["yaml", (objects, options) => toYaml(whole(objects, options))],
]);

const withArgument: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ["jsonpath", jsonPath],
  ["jsonpath-as-json", jsonPathAsJson],
  ["jsonpath-file", (file) => jsonPath(readFileSync(file, "utf8"))],
  ["custom-columns", columns],
  ["custom-columns-file", (file) => columns(columnsOfFile(readFileSync(file, "utf8")))],
]);

/** Throws `UsageError` for a format that there is not, or whose template cannot be parsed. */
export function outputFormat(output: string): OutputFormat {
  const found = simple.get(output);
  if (found) return found;
  const [name, ...rest] = output.split("=");
  const maker = withArgument.get(name!);
  if (!maker) {
    const known = [...simple.keys(), ...withArgument.keys(), "name", "wide"].sort();
    throw new UsageError(
      `unable to match a printer suitable for the output format "${output}", allowed formats are: ${known.join(",")}`,
    );
  }
  if (rest.length === 0) throw new UsageError(`template format specified but no template given`);
  return maker(rest.join("="));
}
