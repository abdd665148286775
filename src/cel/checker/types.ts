/** Static types. */
export type TypeKind =
  | "dyn"
  | "error"
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "null"
  | "timestamp"
  | "duration"
  | "list"
  | "map"
  | "type"
  | "object"
  | "opaque"
  | "parameter";

export interface Type {
  readonly kind: TypeKind;
  /** As messages show it, without parameters. */
  readonly name: string;
  readonly parameters: readonly Type[];
  /** The most characters, items or entries that a schema lets it have, where one does. */
  readonly maximum?: number;
  /** Of an object: the type of a field, by its escaped name. */
  readonly field?: (name: string) => Type | undefined;
}

function simple(kind: TypeKind, name: string = kind): Type {
  return { kind, name, parameters: [] };
}

export const dyn = simple("dyn");
export const error = simple("error", "!error!");
export const bool = simple("bool");
export const int = simple("int");
export const uint = simple("uint");
export const double = simple("double");
export const string = simple("string");
export const bytes = simple("bytes");
export const nullType = simple("null");
export const timestamp = simple("timestamp", "timestamp");
export const duration = simple("duration", "duration");

export function listOf(item: Type): Type {
  return { kind: "list", name: "list", parameters: [item] };
}

export function mapOf(key: Type, value: Type): Type {
  return { kind: "map", name: "map", parameters: [key, value] };
}

export function typeOf(type: Type): Type {
  return { kind: "type", name: "type", parameters: [type] };
}

export function optionalOf(type: Type): Type {
  return { kind: "opaque", name: "optional_type", parameters: [type] };
}

export function opaque(name: string): Type {
  return { kind: "opaque", name, parameters: [] };
}

export function parameter(name: string): Type {
  return { kind: "parameter", name, parameters: [] };
}

/** `fields` is asked when the first field is, so that types may contain themselves. */
export function objectOf(name: string, fields: () => ReadonlyMap<string, Type>): Type {
  let known: ReadonlyMap<string, Type> | undefined;
  return {
    kind: "object",
    name,
    parameters: [],
    field: (wanted) => {
      known ??= fields();
      return known.get(wanted);
    },
  };
}

/** `list(int)`, `map(string, dyn)`, `optional_type(string)`. */
export function formatType(type: Type): string {
  if (type.parameters.length === 0) return type.name;
  return `${type.name}(${type.parameters.map(formatType).join(", ")})`;
}

export function isOptional(type: Type): boolean {
  return type.kind === "opaque" && type.name === "optional_type";
}

export function isDynamic(type: Type): boolean {
  return type.kind === "dyn" || type.kind === "error";
}
