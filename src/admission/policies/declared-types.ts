/** The kinds of the API as types of expressions. */
import { type apiextensionsv1, type Field, type Fields, type Message, metav1, type SchemaType } from "../../api/mod.ts";
import { celTypes, declareSchema, escapeName, type Type } from "../../cel/mod.ts";

const { string, bool, int, double, bytes, timestamp, dyn, listOf, mapOf, objectOf } = celTypes;

/** Of a kind that is declared in this program. */
export function typeOfMessage(message: Message, name: string): Type {
  return objectOf(name, () => {
    const fields = new Map<string, Type>();
    if (message.gvk) for (const key of ["apiVersion", "kind"]) fields.set(key, string);
    addFields(message.fields, name, fields);
    return fields;
  });
}

function addFields(declared: Fields, name: string, fields: Map<string, Type>): void {
  for (const [key, field] of Object.entries(declared)) {
    if (field.inline) addFields(field.type.fields, name, fields);
    else addField(key, field, name, fields);
  }
}

function addField(key: string, { type }: Field, name: string, fields: Map<string, Type>): void {
  const escaped = escapeName(key);
  const found = typeOf(type, `${name}.${key}`);
  if (escaped !== undefined && found) fields.set(escaped, found);
}

/** Nothing where OpenAPI says too little: quantities, JSON of any shape. A type within itself has no fields any more. */
function typeOf(type: SchemaType, name: string): Type | undefined {
  switch (type.kind) {
    case "message":
      return typeOfMessage(type, name);
    case "lazy":
    case "rawExtension":
    case "fields":
      return objectOf(name, () => new Map());
    case "list":
      return wrapped(typeOf(type.item, `${name}.@idx`), listOf);
    case "map":
      return wrapped(typeOf(type.value, `${name}.@elem`), (value) => mapOf(string, value));
    default:
      return scalars[type.kind];
  }
}

function wrapped(type: Type | undefined, wrap: (type: Type) => Type): Type | undefined {
  return type && wrap(type);
}

const scalars: Readonly<Record<string, Type>> = {
  string,
  boolean: bool,
  int32: int,
  int64: int,
  double,
  bytes,
  time: timestamp,
  microTime: timestamp,
  intOrString: dyn,
};

/** Of a version of a custom resource; nothing where it is not served or has no schema. */
export function typeOfCustomResource(
  { spec }: apiextensionsv1.CustomResourceDefinition,
  version: string | undefined,
): Type | undefined {
  const { kind } = spec.names;
  const schema = spec.versions.find((one) => one.served && one.name === version)?.schema?.openAPIV3Schema;
  const declared = schema && declareSchema(schema, kind)?.type;
  if (!declared) return undefined;
  const own = new Map<string, Type>([
    ["apiVersion", string],
    ["kind", string],
    ["metadata", typeOfMessage(metav1.objectMeta, `${kind}.metadata`)],
  ]);
  return { ...declared, field: (name) => own.get(name) ?? declared.field?.(name) };
}
