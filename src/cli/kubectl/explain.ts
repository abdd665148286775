/** `kubets explain`: what a field is, from the server's OpenAPI v3. */
import { UsageError } from "../failure.ts";
import { discover, findTypes, type ResourceType } from "./resource-types.ts";
import { type ConnectionFlags, withSession } from "./session.ts";

export interface ExplainFlags extends ConnectionFlags {
  readonly recursive?: boolean;
  readonly apiVersion?: string;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

type Schemas = Readonly<Record<string, Schema>>;

export async function explain(what: string, flags: ExplainFlags): Promise<void> {
  const [word, ...path] = what.split(".");
  await withSession(flags, async (session) => {
    const found = findTypes(await discover(session), word!)[0]!;
    const type = flags.apiVersion ? { ...found, apiVersion: flags.apiVersion } : found;
    const root = type.apiVersion.includes("/") ? "apis" : "api";
    const document = (await session.transport.request({
      method: "GET",
      path: `/openapi/v3/${root}/${type.apiVersion}`,
    })) as {
      components: { schemas: Schemas };
    };
    process.stdout.write(describeField(document.components.schemas, type, path, flags.recursive ?? false));
  });
}

function kindSchema(schemas: Schemas, type: ResourceType): Schema {
  const found = Object.values(schemas).find((schema) =>
    schema["x-kubernetes-group-version-kind"]?.some(
      ({ group, version, kind }) => kind === type.kind && group === type.group && type.apiVersion.endsWith(version),
    ),
  );
  if (!found) throw new UsageError(`couldn't find resource for "${type.apiVersion}, Kind=${type.kind}"`);
  return found;
}

/** Follows references; `description` of the place that refers wins. */
function resolve(schemas: Schemas, schema: Schema): Schema {
  const reference = referenceOf(schema);
  if (!reference) return schema;
  const target = resolve(schemas, schemas[reference.split("/").at(-1)!] ?? {});
  return schema.description ? { ...target, description: schema.description } : target;
}

const referenceOf = (schema: Schema): string | undefined => schema.$ref ?? schema.allOf?.find(({ $ref }) => $ref)?.$ref;

/** A reference by its name, but for scalars: a Time is a string. */
function nameOf(schemas: Schemas, schema: Schema): string | undefined {
  const reference = referenceOf(schema);
  const target = reference === undefined ? undefined : schemas[reference.split("/").at(-1)!];
  if (target?.type && target.type !== "object") return target.type;
  return reference?.split(".").at(-1);
}

/** What the field says of itself, and what its type says. */
function descriptionsOf(schemas: Schemas, schema: Schema): readonly string[] {
  const behind = schema.items ?? schema.additionalProperties;
  const reference = referenceOf(schema);
  const target = reference === undefined ? undefined : schemas[reference.split("/").at(-1)!];
  const inside = behind ? descriptionsOf(schemas, behind) : target ? descriptionsOf(schemas, target) : [];
  return [...(schema.description ? [schema.description] : []), ...inside];
}

function typeName(schemas: Schemas, schema: Schema): string {
  if (schema.type === "array" && schema.items) return `[]${typeName(schemas, schema.items)}`;
  if (schema.additionalProperties) return `map[string]${typeName(schemas, schema.additionalProperties)}`;
  return nameOf(schemas, schema) ?? schema.type ?? "Object";
}

/** Into lists and maps: a path names the fields of what they hold. */
function inner(schemas: Schemas, schema: Schema): Schema {
  const resolved = resolve(schemas, schema);
  if (resolved.items) return inner(schemas, resolved.items);
  return resolved.additionalProperties ? inner(schemas, resolved.additionalProperties) : resolved;
}

function describeField(schemas: Schemas, type: ResourceType, path: readonly string[], recursive: boolean): string {
  let schema: Schema = kindSchema(schemas, type);
  for (const name of path) {
    const next = inner(schemas, schema).properties?.[name];
    if (!next) throw new UsageError(`field "${name}" does not exist`);
    schema = next;
  }
  const described = resolve(schemas, schema);
  const head = [
    ...(type.group ? [`GROUP:      ${type.group}`] : []),
    `KIND:       ${type.kind}`,
    `VERSION:    ${type.apiVersion.split("/").at(-1)}`,
    "",
  ];
  const field =
    path.length > 0 ? [`FIELD: ${path.at(-1)} <${typeName(schemas, schema)}>`, ...enumLines(described), ""] : [];
  const texts = descriptionsOf(schemas, schema);
  const description = [
    "DESCRIPTION:",
    ...(texts.length > 0 ? texts : ["<empty>"]).map((one) => indent(one, 4)),
    "    ",
  ];
  const fields = fieldLines(schemas, inner(schemas, schema), recursive, 2, new Set());
  return `${[...head, ...field, ...description, ...(fields.length > 0 ? ["FIELDS:", ...fields] : []), ""].join("\n")}\n`;
}

const enumLines = ({ enum: values }: Schema): string[] =>
  values?.length ? ["ENUM:", ...values.map((value) => `    ${value}`)] : [""];

const shortEnum = ({ enum: values }: Schema, depth: number): string[] => {
  if (!values?.length) return [];
  const shown = [...values.slice(0, 4).map((value) => value || '""'), ...(values.length > 4 ? ["...."] : [])];
  return [`${" ".repeat(depth)}enum: ${shown.join(", ")}`];
};

const indent = (text: string, spaces: number): string =>
  wrap(text, 76)
    .map((line) => " ".repeat(spaces) + line)
    .join("\n");

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    if (lines.at(-1)!.length + word.length + 1 > width) lines.push(word);
    else lines.push(`${lines.pop()!} ${word}`.trim());
  }
  return lines;
}

function fieldLines(
  schemas: Schemas,
  schema: Schema,
  recursive: boolean,
  depth: number,
  seen: ReadonlySet<Schema>,
): string[] {
  if (seen.has(schema)) return [];
  const inside = new Set([...seen, schema]);
  return Object.entries(schema.properties ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, property]) => {
      const required = schema.required?.includes(name) ? " -required-" : "";
      const line = `${" ".repeat(depth)}${name}\t<${typeName(schemas, property)}>${required}`;
      const head = [line, ...shortEnum(resolve(schemas, property), depth)];
      if (recursive) return [...head, ...fieldLines(schemas, inner(schemas, property), true, depth + 2, inside)];
      return [...head, indent(resolve(schemas, property).description ?? "<no description>", depth + 2), ""];
    });
}
