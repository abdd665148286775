/**
 * The schema language: what a value of the API can be, as plain data. Everything that depends on the shape of a kind (static types, codecs,
 * defaults, merge rules, OpenAPI) is derived from these values.
 *
 * A value in memory is the JSON shape: times are RFC 3339 strings, quantities canonical strings, bytes base64, int-or-string a number or a
 * string. What is absent has no key; there is no null.
 */

/** Carries the static type of a schema's values. Only the type checker sees it. */
declare const valueType: unique symbol;

export interface Typed<T> {
  readonly [valueType]?: T;
}

/** The static type of the values of a schema. */
export type Infer<S> = S extends Typed<infer T> ? T : never;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object of unknown shape: raw extensions, managed fields. */
export type JsonObject = { [key: string]: unknown };

export interface StringType<T extends string = string> extends Typed<T> {
  readonly kind: "string";
  /** Published in OpenAPI; validation is the kind's own affair. */
  readonly enum: readonly T[] | undefined;
}

/** A string of which the values are known. */
export interface EnumerationType<T extends string> extends StringType<T> {
  readonly enum: readonly T[];
}

export interface NumberType extends Typed<number> {
  /** int64 is a JavaScript number here: what does not fit 53 bits is rounded. */
  readonly kind: "int32" | "int64" | "double";
}

export interface BooleanType extends Typed<boolean> {
  readonly kind: "boolean";
}

/** Base64 text in memory and in JSON, raw on the protobuf wire. */
export interface BytesType extends Typed<string> {
  readonly kind: "bytes";
}

export interface QuantityType extends Typed<string> {
  readonly kind: "quantity";
}

/** RFC 3339 in UTC: whole seconds for `time`, six digits for `microTime`. */
export interface TimeType extends Typed<string> {
  readonly kind: "time" | "microTime";
}

export interface IntOrStringType extends Typed<number | string> {
  readonly kind: "intOrString";
}

/** Any JSON, which protobuf carries as its text: `rawExtension` and `fields` are objects, `json` may be anything. */
export interface RawType<T = unknown> extends Typed<T> {
  readonly kind: "rawExtension" | "fields" | "json";
}

export interface ListOptions {
  /** How server-side apply merges the list: whole, as a set of scalars, or by key. */
  readonly listType?: "atomic" | "set" | "map";
  readonly listMapKeys?: readonly string[];
  /** Protobuf wraps the list in a message of its own (`Verbs`, `ExtraValue`). */
  readonly wrapped?: boolean;
}

export interface ListType<T = unknown> extends Typed<T[]> {
  readonly kind: "list";
  readonly item: SchemaType;
  readonly listType: "atomic" | "set" | "map" | undefined;
  readonly listMapKeys: readonly string[] | undefined;
  readonly wrapped: boolean;
}

export interface MapType<T = unknown> extends Typed<{ [key: string]: T }> {
  readonly kind: "map";
  readonly value: SchemaType;
}

/** A reference that is followed late, for types that contain themselves. */
export interface LazyType<T = unknown> extends Typed<T> {
  readonly kind: "lazy";
  readonly resolve: () => Message<T>;
}

/** In JSON either the message itself or something simpler; protobuf has one field for each. */
export interface AlternativeType<T = unknown> extends Typed<T> {
  readonly kind: "alternative";
  readonly name: string;
  readonly message: LazyType;
  readonly other: "boolean" | "list" | "strings";
}

export type MapMergeType = "atomic" | "granular";

/** A union of which one member is set: OpenAPI publishes it. `fields` maps the member's field to its discriminator value. */
export interface UnionOptions {
  readonly discriminator?: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface MessageOptions {
  /** `atomic`: server-side apply takes the message as a whole. */
  readonly mapType?: MapMergeType;
  readonly unions?: readonly UnionOptions[];
  /** For `explain` and OpenAPI. Upstream's own types leave it out: theirs are read from a package. */
  readonly description?: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface Message<T = unknown> extends Typed<T> {
  readonly kind: "message";
  /** The name that OpenAPI publishes: `io.k8s.api.core.v1.Pod`. */
  readonly name: string;
  readonly fields: Fields;
  /** Kinds only: their apiVersion and kind are in JSON, and in the envelope of protobuf. */
  readonly gvk: GroupVersionKind | undefined;
  readonly mapType: MapMergeType | undefined;
  readonly unions: readonly UnionOptions[] | undefined;
  readonly description: string | undefined;
}

/** A message that stands by itself: it has an apiVersion and a kind. */
export interface Kind<T = unknown> extends Message<T> {
  readonly gvk: GroupVersionKind;
}

export type SchemaType =
  | StringType
  | NumberType
  | BooleanType
  | BytesType
  | QuantityType
  | TimeType
  | IntOrStringType
  | RawType
  | ListType
  | MapType
  | LazyType
  | AlternativeType
  | Message;

export interface FieldOptions {
  /** The request must have it (OpenAPI's `required`). Implies `always` unless that says otherwise. */
  readonly required?: boolean;
  /**
   * Upstream prints the field even where it is empty (its Go field is no pointer and has no effective `omitempty`): scalars as their zero
   * value, messages as `{}`, quantities as "0"; times, lists and raw values as null. In memory a list is then `[]` and a time or raw value
   * is absent: null exists only on the wire.
   */
  readonly always?: boolean;
  /** A scalar whose zero is not the same as absent (a pointer in Go). Without it zero values are dropped. */
  readonly pointer?: boolean;
  /** Every stored object has it, though a request need not: required in the static type only. */
  readonly stored?: boolean;
  /** OpenAPI's static default, which is filled in by `applyDefaults` too. */
  readonly default?: string | number | boolean;
  readonly patchStrategy?: "merge" | "retainKeys" | "merge,retainKeys" | "replace";
  readonly patchMergeKey?: string;
  readonly mapType?: MapMergeType;
  /** As `MessageOptions.description`. */
  readonly description?: string;
}

/** `required` and `always` say what the static type demands: see `InferFields` and `InferKind`. */
export type Presence = "required" | "always" | "optional";

export interface Field<T = unknown, P extends Presence = Presence> extends Typed<T> {
  readonly inline: false;
  /** The protobuf field number; 0 for what only JSON has. */
  readonly tag: number;
  readonly type: SchemaType;
  readonly presence: P;
  readonly required: boolean;
  readonly always: boolean;
  readonly pointer: boolean;
  readonly default: string | number | boolean | undefined;
  readonly patchStrategy: FieldOptions["patchStrategy"];
  readonly patchMergeKey: string | undefined;
  readonly mapType: MapMergeType | undefined;
  readonly description: string | undefined;
}

/** A message whose fields are the outer message's own in JSON, and nested under one field number in protobuf. */
export interface Inline<T = unknown> extends Typed<T> {
  readonly inline: true;
  readonly tag: number;
  readonly type: Message<T>;
}

export type Fields = { readonly [name: string]: Field | Inline };

type RequiredKeys<F> = { [K in keyof F]: F[K] extends Field<unknown, "required"> ? K : never }[keyof F];
type InlineKeys<F> = { [K in keyof F]: F[K] extends Inline ? K : never }[keyof F];
type InlinePart<F> = [InlineKeys<F>] extends [never] ? unknown : Infer<F[InlineKeys<F>]>;

/** Fields marked `required` (or `stored`) are required; a message has at most one inline part. */
export type InferFields<F> = { [K in RequiredKeys<F>]: Infer<F[K]> } & {
  [K in Exclude<keyof F, RequiredKeys<F> | InlineKeys<F>>]?: Infer<F[K]>;
} & InlinePart<F>;

type KindRequiredKeys<F> = {
  [K in keyof F]: K extends "metadata" | "spec" ? (F[K] extends Field<unknown, "optional"> ? never : K) : never;
}[keyof F];

/** As `InferFields`, with apiVersion, kind, and metadata and spec required where upstream always has them. */
export type InferKind<F> = { apiVersion: string; kind: string } & {
  [K in KindRequiredKeys<F>]: Infer<F[K]>;
} & InferFields<Omit<F, KindRequiredKeys<F>>>;
