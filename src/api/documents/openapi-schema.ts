/** Types as OpenAPI has them, in the two dialects: v2 (Swagger) refers plainly and knows no alternatives, v3 wraps references and has defaults. */
import type { Field, Kind, Message, SchemaType } from "../schema/types.ts";
import { jsonFields } from "../schema/walk.ts";

export type Dialect = "v2" | "v3";
export type OpenApiNode = { [key: string]: unknown };

/** Texts for people, which are not part of the schema. Both answer nothing where nothing is known. */
export interface Descriptions {
  type(name: string): string | undefined;
  field(name: string, field: string): string | undefined;
}

export const noDescriptions: Descriptions = { type: () => undefined, field: () => undefined };

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";
const apiGroupList = `${meta}.APIGroupList`;
const apiextensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

/** Types of one value that are published under a name of their own. */
const named: Partial<Record<SchemaType["kind"], { readonly name: string } & Record<Dialect, OpenApiNode>>> = {
  quantity: same(
    "io.k8s.apimachinery.pkg.api.resource.Quantity",
    { type: "string" },
    { oneOf: [{ type: "string" }, { type: "number" }] },
  ),
  intOrString: same(
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    { type: "string", format: "int-or-string" },
    { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  ),
  time: same(`${meta}.Time`, { type: "string", format: "date-time" }),
  microTime: same(`${meta}.MicroTime`, { type: "string", format: "date-time" }),
  rawExtension: same("io.k8s.apimachinery.pkg.runtime.RawExtension", { type: "object" }),
  fields: same(`${meta}.FieldsV1`, { type: "object" }),
  json: same(`${apiextensions}.JSON`, {}),
};

function same(
  name: string,
  v2: OpenApiNode,
  v3: OpenApiNode = v2,
): { readonly name: string } & Record<Dialect, OpenApiNode> {
  return { name, v2, v3 };
}

/** The name under which a type is published; undefined for what stands inline. */
export function publishedName(type: SchemaType): string | undefined {
  if (type.kind === "message" || type.kind === "alternative") return type.name;
  return type.kind === "lazy" ? type.resolve().name : named[type.kind]?.name;
}

/** What a definition's references point to. */
export function reference(dialect: Dialect, name: string): string {
  return dialect === "v2" ? `#/definitions/${name}` : `#/components/schemas/${name}`;
}

/** Every definition that the types need, themselves included, by name. */
export function definitions(
  dialect: Dialect,
  types: Iterable<SchemaType>,
  descriptions: Descriptions,
): Map<string, OpenApiNode> {
  const found = new Map<string, OpenApiNode>();
  const queue = [...types];
  for (let type = queue.pop(); type; type = queue.pop()) {
    const name = publishedName(type);
    if (name === undefined) {
      if (type.kind === "list") queue.push(type.item);
      if (type.kind === "map") queue.push(type.value);
      continue;
    }
    if (found.has(name)) continue;
    const { node, uses } = definition(dialect, type, descriptions);
    found.set(name, node);
    queue.push(...uses);
  }
  return found;
}

interface Definition {
  readonly node: OpenApiNode;
  readonly uses: readonly SchemaType[];
}

function definition(dialect: Dialect, type: SchemaType, descriptions: Descriptions): Definition {
  const described = describe(descriptions.type(publishedName(type) ?? ""));
  if (type.kind === "lazy") return definition(dialect, type.resolve(), descriptions);
  if (type.kind === "message") return messageDefinition(dialect, type, descriptions);
  if (type.kind === "alternative") return { node: described, uses: [type.message] };
  return { node: { ...described, ...named[type.kind]?.[dialect] }, uses: [] };
}

function describe(description: string | undefined): OpenApiNode {
  return description === undefined ? {} : { description };
}

function messageDefinition(dialect: Dialect, message: Message, descriptions: Descriptions): Definition {
  const properties: OpenApiNode = message.gvk ? kindProperties(message, descriptions) : {};
  const required: string[] = [];
  const fields = [...jsonFields(message)];
  for (const [name, field] of fields) {
    const text = field.description ?? descriptions.field(message.name, name) ?? typeText(field.type, descriptions);
    properties[name] = { ...describe(text), ...property(dialect, field) };
    if (field.required) required.push(name);
  }
  const node = {
    ...describe(message.description ?? descriptions.type(message.name)),
    type: "object",
    ...(required.length > 0 && { required }),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(message.gvk && { "x-kubernetes-group-version-kind": kindsOf(message as Kind) }),
    ...(message.mapType && { "x-kubernetes-map-type": message.mapType }),
    ...(message.unions && { "x-kubernetes-unions": message.unions.map(union) }),
  };
  return { node, uses: fields.map(([, { type }]) => type) };
}

function typeText(type: SchemaType, descriptions: Descriptions): string | undefined {
  const own = type.kind === "message" ? type.description : undefined;
  return own ?? descriptions.type(publishedName(type) ?? "");
}

/** They mean the same in every kind: where nothing is said of this one, what is said of a list of kinds. */
function kindProperties({ name }: Message, descriptions: Descriptions): OpenApiNode {
  const text = (field: string) => descriptions.field(name, field) ?? descriptions.field(apiGroupList, field);
  const property = (field: string) => ({ ...describe(text(field)), type: "string" });
  return { apiVersion: property("apiVersion"), kind: property("kind") };
}

function kindsOf({ gvk }: Kind): OpenApiNode[] {
  return [{ group: gvk.group, kind: gvk.kind, version: gvk.version }];
}

function union({ discriminator, fields }: NonNullable<Message["unions"]>[number]): OpenApiNode {
  return { ...(discriminator && { discriminator }), "fields-to-discriminateBy": fields };
}

function property(dialect: Dialect, field: Field): OpenApiNode {
  const preset = dialect === "v3" ? defaultOf(field) : undefined;
  return {
    ...typeNode(dialect, field.type, preset === undefined ? {} : { default: preset }),
    ...(field.mapType && { "x-kubernetes-map-type": field.mapType }),
    ...(field.patchMergeKey && { "x-kubernetes-patch-merge-key": field.patchMergeKey }),
    ...(field.patchStrategy && { "x-kubernetes-patch-strategy": field.patchStrategy }),
  };
}

/** What upstream's own type holds where nothing is given. */
function defaultOf({ type, default: preset, always, pointer }: Field): unknown {
  if (preset !== undefined) return preset;
  return always && !pointer ? zeroOf(type) : undefined;
}

/** Of what is published as it is: types that are written as a text or a number (quantities, bytes, times) have no default there. */
function zeroOf(type: SchemaType): unknown {
  switch (type.kind) {
    case "string":
      return "";
    case "int32":
    case "int64":
    case "double":
      return 0;
    case "boolean":
      return false;
    case "message":
      return {};
    default:
      return undefined;
  }
}

/** A use of the type. `extra` stands beside it. */
function typeNode(dialect: Dialect, type: SchemaType, extra: OpenApiNode = {}): OpenApiNode {
  const name = publishedName(type);
  if (name !== undefined) {
    const $ref = reference(dialect, name);
    if (dialect === "v2") return { $ref };
    return Object.keys(extra).length === 0 ? { allOf: [{ $ref }] } : { ...extra, allOf: [{ $ref }] };
  }
  return { ...inlineNode(dialect, type), ...extra };
}

function inlineNode(dialect: Dialect, type: SchemaType): OpenApiNode {
  switch (type.kind) {
    case "string":
      return { type: "string", ...(type.enum && { enum: type.enum }) };
    case "bytes":
      return { type: "string", format: "byte" };
    case "boolean":
      return { type: "boolean" };
    case "int32":
    case "int64":
      return { type: "integer", format: type.kind };
    case "double":
      return { type: "number", format: "double" };
    case "list":
      return {
        type: "array",
        items: itemNode(dialect, type.item),
        ...(type.listMapKeys && { "x-kubernetes-list-map-keys": type.listMapKeys }),
        ...(type.listType && { "x-kubernetes-list-type": type.listType }),
      };
    case "map":
      return { type: "object", additionalProperties: itemNode(dialect, type.value) };
    default:
      return {};
  }
}

/** Items and map values have a default in v3, as fields that are always there have. */
function itemNode(dialect: Dialect, type: SchemaType): OpenApiNode {
  const preset = dialect === "v3" ? zeroOf(type) : undefined;
  const node = typeNode(dialect, type, preset === undefined ? {} : { default: preset });
  const allOf = node["allOf"] as OpenApiNode[] | undefined;
  return preset === undefined && allOf?.[0] ? allOf[0] : node;
}
