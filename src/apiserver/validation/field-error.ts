/** What is wrong with one field of an object, in the wording that clients of the API match on. */
import type { metav1 } from "../../api/mod.ts";
import type { FieldPath } from "./field-path.ts";

export type FieldErrorReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueDuplicate"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "FieldValueNotFound"
  | "InternalError";

export interface FieldError {
  readonly reason: FieldErrorReason;
  /** `spec.containers[0].image` */
  readonly field: string;
  /** Without the field: `Required value: …`. */
  readonly message: string;
}

const titles: Readonly<Record<FieldErrorReason, string>> = Object.freeze({
  FieldValueRequired: "Required value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid value",
  FieldValueNotFound: "Not found",
  InternalError: "Internal error",
});

/** Of what is wrong with one object so much is told: a body is anybody's, and may be wrong in a million places. */
const most = Object.freeze({ errors: 5000, characters: 1024 * 1024 });

interface Collection {
  readonly errors: FieldError[];
  characters: number;
}

/** What the check under way has found so far; checks wait for nothing, so there is one at most. */
let collection: Collection | undefined;

/** Ends a check that has found enough. */
class FoundEnough extends Error {}

/** What the check finds, or, where that is too much to tell, what it found first. */
export function collectErrors(check: () => FieldError[]): FieldError[] {
  const mine: Collection = { errors: [], characters: 0 };
  collection = mine;
  try {
    return check();
  } catch (error) {
    if (error instanceof FoundEnough) return mine.errors;
    throw error;
  } finally {
    collection = undefined;
  }
}

function make(reason: FieldErrorReason, path: FieldPath, parts: readonly string[]): FieldError {
  const words = [titles[reason], ...parts.filter((part) => part !== "")];
  const error = { reason, field: path.toString(), message: words.join(": ") };
  if (collection) collect(collection, error);
  return error;
}

function collect(into: Collection, error: FieldError): void {
  into.errors.push(error);
  into.characters += error.field.length + error.message.length;
  if (into.errors.length >= most.errors || into.characters >= most.characters) throw new FoundEnough();
}

/** A value as it stands in a message: strings quoted, objects as JSON, absence as `null`. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

export function required(path: FieldPath, detail = ""): FieldError {
  return make("FieldValueRequired", path, [detail]);
}

export function invalid(path: FieldPath, value: unknown, detail = ""): FieldError {
  return make("FieldValueInvalid", path, [formatValue(value), detail]);
}

/** Where the value is too long, or none of the client's own, to be repeated. */
export function invalidUnprinted(path: FieldPath, detail: string): FieldError {
  return make("FieldValueInvalid", path, [detail]);
}

/** `supported` is printed in the order given. */
export function notSupported(path: FieldPath, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.length === 0 ? "" : `supported values: ${supported.map((s) => JSON.stringify(s)).join(", ")}`;
  return make("FieldValueNotSupported", path, [formatValue(value), list]);
}

export function duplicate(path: FieldPath, value: unknown): FieldError {
  return make("FieldValueDuplicate", path, [formatValue(value)]);
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return make("FieldValueForbidden", path, [detail]);
}

export function notFound(path: FieldPath, value: unknown, detail = ""): FieldError {
  return make("FieldValueNotFound", path, [formatValue(value), detail]);
}

/** `maximum` in bytes. */
export function tooLong(path: FieldPath, maximum: number): FieldError {
  return make("FieldValueTooLong", path, [`may not be more than ${maximum} bytes`]);
}

export function tooMany(path: FieldPath, actual: number, maximum: number): FieldError {
  return make("FieldValueTooMany", path, [
    String(actual),
    `must have at most ${maximum} item${maximum === 1 ? "" : "s"}`,
  ]);
}

export function typeInvalid(path: FieldPath, value: unknown, detail: string): FieldError {
  return make("FieldValueTypeInvalid", path, [formatValue(value), detail]);
}

export function internal(path: FieldPath, detail: string): FieldError {
  return make("InternalError", path, [detail]);
}

/** One sentence for several errors: repeated ones once, more than one in brackets. */
export function aggregateMessage(errors: readonly FieldError[]): string {
  const sentences = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  return sentences.length === 1 ? sentences[0]! : `[${sentences.join(", ")}]`;
}

function toCauses(errors: readonly FieldError[]): metav1.StatusCause[] {
  return errors.map(({ reason, message, field }) => ({ reason, message, field }));
}

export interface InvalidObject {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The 422 answer for an object that was refused. */
export function invalidStatus(object: InvalidObject, errors: readonly FieldError[]): metav1.Status {
  const qualified = object.group === "" ? object.kind : `${object.kind}.${object.group}`;
  const details: metav1.StatusDetails = { kind: object.kind, causes: toCauses(errors) };
  if (object.name !== "") details.name = object.name;
  if (object.group !== "") details.group = object.group;
  return {
    apiVersion: "v1",
    kind: "Status",
    metadata: {},
    status: "Failure",
    message: `${qualified} ${JSON.stringify(object.name)} is invalid: ${aggregateMessage(errors)}`,
    reason: "Invalid",
    details,
    code: 422,
  };
}
