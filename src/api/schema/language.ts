/** The words that a schema is written with. See `types.ts` for what each one means. */
import type {
  AlternativeType,
  BooleanType,
  BytesType,
  EnumerationType,
  Field,
  FieldOptions,
  Fields,
  GroupVersionKind,
  Infer,
  InferFields,
  InferKind,
  Inline,
  IntOrStringType,
  JsonObject,
  Kind,
  LazyType,
  ListOptions,
  ListType,
  MapType,
  Message,
  MessageOptions,
  NumberType,
  QuantityType,
  RawType,
  SchemaType,
  StringType,
  TimeType,
} from "./types.ts";

export const string: StringType = { kind: "string", enum: undefined };
export const int32: NumberType = { kind: "int32" };
export const int64: NumberType = { kind: "int64" };
export const double: NumberType = { kind: "double" };
export const boolean: BooleanType = { kind: "boolean" };
export const bytes: BytesType = { kind: "bytes" };
export const quantity: QuantityType = { kind: "quantity" };
export const time: TimeType = { kind: "time" };
export const microTime: TimeType = { kind: "microTime" };
export const intOrString: IntOrStringType = { kind: "intOrString" };
export const rawExtension: RawType<JsonObject> = { kind: "rawExtension" };
export const fieldsV1: RawType<JsonObject> = { kind: "fields" };
export const json: RawType = { kind: "json" };

/** A string of which OpenAPI lists the values, in the order in which refusals name them. */
export function enumeration<const T extends string>(...values: readonly T[]): EnumerationType<T> {
  return { kind: "string", enum: values };
}

export function list<S extends SchemaType>(item: S, options: ListOptions = {}): ListType<Infer<S>> {
  const { listType, listMapKeys, wrapped = false } = options;
  return { kind: "list", item, listType, listMapKeys, wrapped };
}

export function map<S extends SchemaType>(value: S): MapType<Infer<S>> {
  return { kind: "map", value };
}

/** For a type that contains itself: `lazy<JSONSchemaProps>(() => jsonSchemaProps)`. */
export function lazy<T>(resolve: () => Message<T>): LazyType<T> {
  return { kind: "lazy", resolve };
}

export function orBoolean<T>(name: string, message: LazyType<T>): AlternativeType<T | boolean> {
  return { kind: "alternative", name, message, other: "boolean" };
}

export function orList<T>(name: string, message: LazyType<T>): AlternativeType<T | T[]> {
  return { kind: "alternative", name, message, other: "list" };
}

export function orStrings<T>(name: string, message: LazyType<T>): AlternativeType<T | string[]> {
  return { kind: "alternative", name, message, other: "strings" };
}

/** The same message with every field optional in the static type: the metadata of a template. */
export function partial<T>(message: Message<T>): Message<Partial<T>> {
  return message as Message<Partial<T>>;
}

type PresenceOf<O> = O extends { readonly required: true } | { readonly stored: true }
  ? "required"
  : O extends { readonly always: true }
    ? "always"
    : "optional";

/** One field: its protobuf number, its type, and what is special about it. */
export function field<S extends SchemaType, const O extends FieldOptions = Record<never, never>>(
  tag: number,
  type: S,
  options?: O,
): Field<Infer<S>, PresenceOf<O>> {
  const { required = false, always = required, pointer = false, stored = false }: FieldOptions = options ?? {};
  const presence = (required || stored ? "required" : always ? "always" : "optional") as PresenceOf<O>;
  return {
    inline: false,
    tag,
    type,
    presence,
    required,
    always,
    pointer,
    default: options?.default,
    patchStrategy: options?.patchStrategy,
    patchMergeKey: options?.patchMergeKey,
    mapType: options?.mapType,
    description: options?.description,
  };
}

export function inline<T>(tag: number, type: Message<T>): Inline<T> {
  return { inline: true, tag, type };
}

/**
 * `name` is the one that OpenAPI publishes. Where an object is shown to people its fields come in the order in which they are declared;
 * protobuf has them in that of their tags.
 */
export function message<F extends Fields>(
  name: string,
  fields: F,
  options: MessageOptions = {},
): Message<InferFields<F>> {
  const { mapType, unions, description } = options;
  return { kind: "message", name, fields, gvk: undefined, mapType, unions, description };
}

/** A message with apiVersion and kind. `apiVersion` is `v1` or `group/v1`; the kind is the last part of the name. */
export function kind<F extends Fields>(
  name: string,
  apiVersion: string,
  fields: F,
  { description }: Pick<MessageOptions, "description"> = {},
): Kind<InferKind<F>> {
  const gvk = groupVersionKind(apiVersion, name.slice(name.lastIndexOf(".") + 1));
  return { kind: "message", name, fields, gvk, mapType: undefined, unions: undefined, description };
}

export function groupVersionKind(apiVersion: string, kindName: string): GroupVersionKind {
  const slash = apiVersion.indexOf("/");
  return { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind: kindName };
}
