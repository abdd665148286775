/** From JSON to objects in memory: the engine's own parser, then the shape; the careful reader only where something is wrong. */
import { QuantityError } from "../quantity.ts";
import { builtInResources } from "../resources.ts";
import type { GroupVersionKind, Message } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";
import { TimeError } from "../time.ts";
import { explain } from "./careful-reader.ts";
import { cannotBeHandled, DecodeError, unrecognized } from "./decode-error.ts";
import { structName } from "./go-type.ts";
import { surveyJson } from "./json-survey.ts";
import { JsonSyntaxError, parseJson } from "./json-text.ts";
import { normalizeInPlace, ShapeError, type Tally } from "./normalize.ts";
import { takeUnchanged } from "./present.ts";
import { printable } from "./print.ts";
import { hasWrittenNumbers } from "./written-numbers.ts";

export interface DecodeOptions {
  /** Unknown and duplicate fields: refused, told to `warn`, or (default) dropped. */
  readonly validation?: "Strict" | "Warn" | "Ignore";
  warn?(message: string): void;
  /** The object whose place the one that is read shall take: equal parts are taken from it. */
  readonly present?: object | undefined;
}

/**
 * Reads one object. apiVersion and kind may be absent: they are the schema's then. Throws `DecodeError`, whose message is the one of the
 * 400 Status that upstream answers.
 */
export function decodeJson<T>(schema: Message<T>, input: string | Uint8Array, options: DecodeOptions = {}): T {
  const text = typeof input === "string" ? input : utf8(input);
  const value = parse(structName(schema), text);
  return decodeParsed(schema, value, text, options);
}

/** As `decodeJson`, of a value that is parsed already; `text` is its JSON, from which mistakes are explained. */
export function decodeParsed<T>(schema: Message<T>, value: unknown, text: string, options: DecodeOptions): T {
  const parsed = asObject(structName(schema), value);
  if (schema.gvk) checkKind(schema, schema.gvk, parsed, text);
  const { keys, hasOddNumbers } = surveyJson(text);
  const object = hasOddNumbers && hasWrittenNumbers(text) ? readCarefully(schema, text) : parsed;
  const { validation = "Ignore", present } = options;
  const tally: Tally = { keys: present ? takeUnchanged(object, present, printable(schema, present)) : 0, unknown: 0 };
  shape(schema, object, text, tally);
  if (validation !== "Ignore" && (tally.unknown > 0 || tally.keys !== keys)) {
    report(schema, explain(schema, text).strict, options);
  }
  return object as T;
}

/** A text with numbers of which the value alone does not tell enough. */
function readCarefully(schema: Message, text: string): Record<string, unknown> {
  const { mismatch, spelled } = explain(schema, text);
  if (mismatch !== undefined) throw misshapen(schema, mismatch);
  return JSON.parse(spelled) as Record<string, unknown>;
}

/**
 * A JSON-shaped value brought into canonical form in place: the quick way for values that never were a text. Undefined, the value then being
 * half done, where anything is wrong with it or unknown in it: `decodeJson` of its text says what.
 */
export function decodeIfClean<T>(schema: Message<T>, value: unknown): T | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const object = value as Record<string, unknown>;
  const tally: Tally = { keys: 0, unknown: 0 };
  try {
    if (schema.gvk && !isOfKind(schema.gvk, object)) return undefined;
    normalizeInPlace(schema, object, tally);
  } catch (error) {
    if (isShapeProblem(error)) return undefined;
    throw error;
  }
  return tally.unknown === 0 ? (object as T) : undefined;
}

function isOfKind(gvk: GroupVersionKind, { apiVersion, kind }: Record<string, unknown>): boolean {
  return (apiVersion === undefined || apiVersion === apiVersionOf(gvk)) && (kind === undefined || kind === gvk.kind);
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** The object in a JSON text, of a kind that only its name is known of. Throws `DecodeError`. */
export function readJsonObject(kind: string, text: string): Record<string, unknown> {
  const value = parse(kind, text);
  if (value === null) throw unrecognized(kind, `Object 'Kind' is missing in 'null'`, text);
  return asObject(kind, value);
}

function parse(kind: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${error.message}`, text);
  }
}

const head = `struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;

function asObject(kind: string, value: unknown): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  const what = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go value of type ${head}`;
  throw unrecognized(kind, why, JSON.stringify(value));
}

function checkKind(schema: Message, gvk: GroupVersionKind, object: Record<string, unknown>, text: string): void {
  if (isOfKind(gvk, object)) return;
  const { apiVersion, kind } = object;
  for (const name of ["apiVersion", "kind"]) checkText(schema, name, object[name], text);
  const version = typeof apiVersion === "string" && apiVersion !== "" ? apiVersion : apiVersionOf(gvk);
  const found = typeof kind === "string" && kind !== "" ? kind : gvk.kind;
  if (version.split("/").length > 2) {
    throw unrecognized(structName(schema), `unexpected GroupVersion string: ${version}`, text);
  }
  if (found === gvk.kind && (version === apiVersionOf(gvk) || isMachinery(schema))) return;
  throw wrongKind(schema, gvk, version, found);
}

function checkText(schema: Message, name: string, value: unknown, text: string): void {
  if (value === undefined || value === null || typeof value === "string") return;
  const what = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go struct field .${name} of type string`;
  throw unrecognized(structName(schema), why, text);
}

/** DeleteOptions and their like are of every group and version. */
function isMachinery(schema: Message): boolean {
  return schema.name.startsWith("io.k8s.apimachinery.");
}

/** Known to every group and version. */
const machineryKinds: ReadonlySet<string> = new Set([
  ...["CreateOptions", "DeleteOptions", "GetOptions", "ListOptions", "PatchOptions", "UpdateOptions"],
  ...["Status", "WatchEvent"],
]);

/** The object is of another kind, known or not. */
export function wrongKind(schema: Message, gvk: GroupVersionKind, apiVersion: string, kind: string): DecodeError {
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  const internal = `${gvk.group.split(".")[0] || "core"}.${gvk.kind}`;
  const isBuiltIn =
    !isMachinery(schema) && builtInResources.ofKind(apiVersion, kind.replace(/List$/, "")) !== undefined;
  const isKnown = isBuiltIn || machineryKinds.has(kind);
  const why = isKnown
    ? `converting (${version}.${kind}) to (${internal}): unknown conversion`
    : `no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
  return cannotBeHandled({ kind, version }, structName(schema), why);
}

function shape(schema: Message, object: Record<string, unknown>, text: string, tally: Tally): void {
  try {
    normalizeInPlace(schema, object, tally);
  } catch (error) {
    if (!isShapeProblem(error)) throw error;
    throw misshapen(schema, explain(schema, text).mismatch ?? error.message);
  }
}

export function isShapeProblem(error: unknown): error is Error {
  return error instanceof ShapeError || error instanceof QuantityError || error instanceof TimeError;
}

function misshapen(schema: Message, why: string): DecodeError {
  const kind = structName(schema);
  return schema.gvk ? cannotBeHandled({ kind, version: schema.gvk.version }, kind, why) : new DecodeError(why);
}

function report(schema: Message, found: readonly string[], { validation, warn }: DecodeOptions): void {
  if (found.length === 0) return;
  if (validation === "Strict") throw misshapen(schema, `strict decoding error: ${found.join(", ")}`);
  if (warn) for (const message of found) warn(message);
}

/**
 * Members that stand twice in an object: `duplicate field "spec.replicas"`, in the order of the text, which must be JSON. `value` is what it
 * says, where that is known: of two members of one name one is left in it.
 */
export function duplicateFields(text: string, value?: unknown): readonly string[] {
  if (value !== undefined && keysIn(value) === surveyJson(text).keys) return [];
  return explain({ kind: "json" }, text).strict;
}

function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((keys: number, item) => keys + keysIn(item), 0);
  let keys = 0;
  for (const key in value) keys += 1 + keysIn((value as Readonly<Record<string, unknown>>)[key]);
  return keys;
}

/**
 * Brings an object that was changed in memory (by a patch, defaults, a caller) into canonical form, in place. Throws `DecodeError`.
 */
export function normalize<T>(schema: Message<T>, object: T): T {
  try {
    return normalizeInPlace(schema, object as object) as T;
  } catch (error) {
    if (!isShapeProblem(error)) throw error;
    throw misshapen(schema, explain(schema, JSON.stringify(object)).mismatch ?? error.message);
  }
}
