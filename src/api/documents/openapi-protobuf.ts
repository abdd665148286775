/**
 * OpenAPI v2 as protobuf (`application/com.github.proto-openapi.spec.v2@v1.0+protobuf`), in the form of the gnostic project: what client-go
 * asks for where it wants the whole document. Maps are lists of named values there, and free values are YAML, of which JSON is a part.
 */
import { encodeMessage } from "../codec/protobuf-encode.ts";
import { boolean, double, field, int64, lazy, list, message, string } from "../schema/language.ts";
import type { Message } from "../schema/types.ts";
import type { OpenApiNode } from "./openapi-schema.ts";

type Node = Readonly<Record<string, unknown>>;

const name = (part: string): string => `openapi.v2.${part}`;
const any = message(name("Any"), { yaml: field(2, string) });
const namedAny = message(name("NamedAny"), { name: field(1, string), value: field(2, any) });

function named(part: string, value: Message): Message {
  return message(name(part), { name: field(1, string), value: field(2, value) });
}

const lazySchema = lazy<unknown>(() => schema);
const schemaList = message(name("ItemsItem"), { schema: field(1, list(lazySchema)) });
const namedSchema = message(name("NamedSchema"), { name: field(1, string), value: field(2, lazySchema) });

const schema: Message = message(name("Schema"), {
  $ref: field(1, string),
  format: field(2, string),
  title: field(3, string),
  description: field(4, string),
  default: field(5, any),
  multipleOf: field(6, double),
  maximum: field(7, double),
  exclusiveMaximum: field(8, boolean),
  minimum: field(9, double),
  exclusiveMinimum: field(10, boolean),
  maxLength: field(11, int64),
  minLength: field(12, int64),
  pattern: field(13, string),
  maxItems: field(14, int64),
  minItems: field(15, int64),
  uniqueItems: field(16, boolean),
  maxProperties: field(17, int64),
  minProperties: field(18, int64),
  required: field(19, list(string)),
  enum: field(20, list(any)),
  additionalProperties: field(
    21,
    message(name("AdditionalPropertiesItem"), { schema: field(1, lazySchema), boolean: field(2, boolean) }),
  ),
  type: field(22, message(name("TypeItem"), { value: field(1, list(string)) })),
  items: field(23, schemaList),
  allOf: field(24, list(lazySchema)),
  properties: field(25, message(name("Properties"), { additionalProperties: field(1, list(namedSchema)) })),
  example: field(30, any),
  vendorExtension: field(31, list(namedAny)),
});

const queryParameter = message(name("QueryParameterSubSchema"), {
  required: field(1, boolean),
  in: field(2, string),
  description: field(3, string),
  name: field(4, string),
  type: field(6, string),
  uniqueItems: field(20, boolean),
});
const pathParameter = message(name("PathParameterSubSchema"), {
  required: field(1, boolean),
  in: field(2, string),
  description: field(3, string),
  name: field(4, string),
  type: field(5, string),
  uniqueItems: field(19, boolean),
});
const bodyParameter = message(name("BodyParameter"), {
  description: field(1, string),
  name: field(2, string),
  in: field(3, string),
  required: field(4, boolean),
  schema: field(5, schema),
});
const nonBodyParameter = message(name("NonBodyParameter"), {
  query: field(3, queryParameter),
  path: field(4, pathParameter),
});
const parameter = message(name("Parameter"), { body: field(1, bodyParameter), nonBody: field(2, nonBodyParameter) });
const parametersItem = message(name("ParametersItem"), { parameter: field(1, parameter) });

const schemaItem = message(name("SchemaItem"), { schema: field(1, schema) });
const response = message(name("Response"), { description: field(1, string), schema: field(2, schemaItem) });
const responseValue = message(name("ResponseValue"), { response: field(1, response) });
const responses = message(name("Responses"), {
  responseCode: field(1, list(named("NamedResponseValue", responseValue))),
});

const operation = message(name("Operation"), {
  tags: field(1, list(string)),
  description: field(3, string),
  operationId: field(5, string),
  produces: field(6, list(string)),
  consumes: field(7, list(string)),
  parameters: field(8, list(parametersItem)),
  responses: field(9, responses),
  schemes: field(10, list(string)),
  vendorExtension: field(13, list(namedAny)),
});

const pathItem = message(name("PathItem"), {
  get: field(2, operation),
  put: field(3, operation),
  post: field(4, operation),
  delete: field(5, operation),
  options: field(6, operation),
  head: field(7, operation),
  patch: field(8, operation),
  parameters: field(9, list(parametersItem)),
});

const document: Message = message(name("Document"), {
  swagger: field(1, string),
  info: field(2, message(name("Info"), { title: field(1, string), version: field(2, string) })),
  paths: field(8, message(name("Paths"), { path: field(2, list(named("NamedPathItem", pathItem))) })),
  definitions: field(9, message(name("Definitions"), { additionalProperties: field(1, list(namedSchema)) })),
});

/** The document of `openApiV2`, encoded. */
export function openApiV2Protobuf({ swagger, info, paths, definitions }: OpenApiNode): Buffer {
  return encodeMessage(document, {
    swagger,
    info,
    paths: { path: entries(paths, toPathItem) },
    definitions: { additionalProperties: entries(definitions, toSchema) },
  });
}

function entries(map: unknown, convert: (value: Node) => unknown): { name: string; value: unknown }[] {
  return Object.entries((map ?? {}) as Record<string, Node>).map(([key, value]) => ({
    name: key,
    value: convert(value),
  }));
}

const toAny = (value: unknown): { yaml: string } => ({ yaml: `${JSON.stringify(value)}\n` });

function extensionsOf(node: Node): { name: string; value: { yaml: string } }[] {
  const own = Object.entries(node).filter(([key]) => key.startsWith("x-"));
  return own.map(([key, value]) => ({ name: key, value: toAny(value) }));
}

/** Keys that gnostic holds in another form than the document; the others stay. */
function toSchema(node: Node): Node {
  const {
    default: preset,
    enum: values,
    additionalProperties,
    type,
    items,
    allOf,
    properties,
    example,
    ...rest
  } = node;
  return {
    ...rest,
    ...(preset !== undefined && { default: toAny(preset) }),
    ...(example !== undefined && { example: toAny(example) }),
    ...(Array.isArray(values) && { enum: values.map(toAny) }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: { schema: toSchema(additionalProperties as Node) },
    }),
    ...(typeof additionalProperties === "boolean" && { additionalProperties: { boolean: additionalProperties } }),
    ...(typeof type === "string" && { type: { value: [type] } }),
    ...(items !== undefined && { items: { schema: [toSchema(items as Node)] } }),
    ...(Array.isArray(allOf) && { allOf: allOf.map(toSchema) }),
    ...(properties !== undefined && { properties: { additionalProperties: entries(properties, toSchema) } }),
    vendorExtension: extensionsOf(node),
  };
}

function toPathItem({ parameters, ...operations }: Node): Node {
  const converted = Object.entries(operations).map(([method, value]) => [method, toOperation(value as Node)] as const);
  return { ...Object.fromEntries(converted), parameters: toParameters(parameters) };
}

function toOperation(node: Node): Node {
  const { parameters, responses: answers, ...rest } = node;
  return {
    ...rest,
    parameters: toParameters(parameters),
    responses: { responseCode: entries(answers, toResponse) },
    vendorExtension: extensionsOf(node),
  };
}

function toResponse({ description, schema: body }: Node): Node {
  return { response: { description, ...(body !== undefined && { schema: { schema: toSchema(body as Node) } }) } };
}

function toParameters(parameters: unknown): Node[] {
  return ((parameters ?? []) as Node[]).map((node) => ({ parameter: toParameter(node) }));
}

function toParameter(node: Node): Node {
  if (node["in"] === "body") return { body: { ...node, schema: toSchema(node["schema"] as Node) } };
  return { nonBody: node["in"] === "path" ? { path: node } : { query: node } };
}
