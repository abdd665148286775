/** From what clients send to objects in memory: decoded by the schema, with defaults. What cannot be read is a 400. */
import {
  apiVersionOf,
  applyDefaults,
  clone,
  cloneBeside,
  DecodeError,
  decodeIfClean,
  decodeJson,
  decodeProtobuf,
  decodeYaml,
  type Kind,
  type KubernetesObject,
  type Message,
  normalize,
  type Present,
  sortKeys,
  type WrittenNumbers,
  type YamlText,
} from "../../api/mod.ts";
import { printGo } from "../apply/validate-config.ts";
import * as errors from "../errors.ts";
import { type PatchedObject, printOutcome } from "../patch/print-outcome.ts";
import { restoreProblem } from "../patch/restore-problem.ts";
import type { Operation } from "../registry/operation.ts";
import { invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { BodyKind, StrayNulls } from "./body-kind.ts";

/** The object whose place the one that is read shall take, if there is one: see `Present`. */
export type PresentObject = Present<KubernetesObject> | undefined;

/** A JSON text as an object of the kind. */
export function decodeText(
  kind: BodyKind,
  text: string | Uint8Array,
  operation: Operation,
  present?: PresentObject,
): KubernetesObject {
  const { decoder } = kind;
  if (decoder) return readable(() => decoder.json(typeof text === "string" ? text : utf8(text), operation));
  if (!kind.schema) return untyped(kind, text);
  const { fieldValidation: validation, warn } = operation;
  const options = { validation, warn, present: present?.object };
  const decode = () => decodeJson(kind.schema as Message<KubernetesObject>, text, options);
  return complete(kind, kind.plain ? plainly(decode) : readable(decode));
}

/** A YAML text as an object of the kind; `read` answers what it says. */
export function decodeYamlText(
  kind: BodyKind,
  text: Uint8Array,
  read: () => YamlText,
  operation: Operation,
): KubernetesObject {
  const { decoder } = kind;
  if (decoder) return readable(() => decoder.yaml(read, operation));
  if (!kind.schema) return untyped(kind, JSON.stringify(readable(() => read().value)));
  const { fieldValidation: validation, warn } = operation;
  const object = readable(() => decodeYaml(kind.schema as Message<KubernetesObject>, text, { validation, warn, read }));
  return complete(kind, object);
}

/** Protobuf has no unknown fields to speak of. */
export function decodeBinary(kind: BodyKind, bytes: Uint8Array, present?: PresentObject): KubernetesObject {
  if (!kind.schema) throw errors.unsupportedMediaType(["application/json", "application/yaml"]);
  const object = readable(() => decodeProtobuf(kind.schema as Kind<KubernetesObject>, bytes, present));
  return complete(kind, object);
}

/** A JSON-shaped value of a caller in this process, which keeps its own copy. */
export function decodeValue(
  kind: BodyKind,
  value: object,
  operation: Operation,
  present?: PresentObject,
): KubernetesObject {
  const object = (present ? cloneBeside(value, present.object) : clone(value)) as KubernetesObject;
  const { decoder } = kind;
  if (decoder) return readable(() => decoder.value(object, operation));
  if (!kind.schema) return complete(kind, object);
  return complete(
    kind,
    readable(() => normalize(kind.schema as Message<KubernetesObject>, object)),
  );
}

export interface OutcomeOptions {
  readonly duplicates?: readonly string[];
  /** The strategic merge patch that made it: upstream goes another way from there, and shows the patch where it does not get through. */
  readonly merged?: unknown;
  /** What a merge or a JSON patch was for. */
  readonly patched?: Omit<PatchedObject, "schema">;
  /** The numbers of a patch that the outcome may have stand-ins for. */
  readonly written?: WrittenNumbers | undefined;
  /** Default: dropped. */
  readonly nulls?: StrayNulls;
}

/** Nobody asks a strategic merge which kind it makes. */
function ofKind(body: BodyKind, value: unknown): unknown {
  return { ...(value as object), apiVersion: apiVersionOf(body), kind: body.kind };
}

/**
 * What a patch made of an object: shares nothing with it. What is wrong with it is a 422 at the field `patch`, and so is what stands twice in
 * the patch itself (`duplicates`).
 */
export function decodeOutcome(
  kind: BodyKind,
  value: unknown,
  operation: Operation,
  { duplicates = [], merged, patched, written, nulls }: OutcomeOptions = {},
): KubernetesObject {
  const outcome = merged === undefined ? value : ofKind(kind, value);
  const clean =
    kind.schema && !kind.decoder && duplicates.length === 0 && !written
      ? decodeIfClean(kind.schema as Message<KubernetesObject>, clone(outcome))
      : undefined;
  if (clean) return complete(kind, clean);
  const { schema } = kind;
  const asWritten = (printed: string) => written?.restore(printed) ?? printed;
  const text = asWritten(schema && patched ? printOutcome({ schema, ...patched }, outcome) : JSON.stringify(outcome));
  if (!kind.schema && !kind.decoder) return untyped(kind, text);
  const strict = operation.fieldValidation === "Strict" ? duplicates : [];
  if (strict.length === 0) for (const duplicate of duplicates) operation.warn(duplicate);
  let why: string | undefined;
  try {
    why = merged === undefined ? undefined : restoreProblem(kind.schema!, value);
    const decoded = () =>
      merged === undefined ? decodeChanged(kind, text, operation, nulls) : decodeMerged(kind, outcome, operation);
    const object = why === undefined ? decoded() : undefined;
    if (object && strict.length === 0) return object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    why = error.message.replace(/^.*? cannot be handled as a [^:]*: /, "");
  }
  const shown =
    merged !== undefined ? printGo(merged) : kind.decoder ? asWritten(JSON.stringify(sortKeys(value))) : text;
  const problem = invalidField(field("patch"), shown, withDuplicates(why, strict));
  throw errors.invalid({ group: "", kind: "", name: "" }, [problem]);
}

/** As `decodeChanged`; upstream finds unknown fields in the order of their names there. */
function decodeMerged(kind: BodyKind, outcome: unknown, operation: Operation): KubernetesObject {
  try {
    decodeChanged(kind, JSON.stringify(sortKeys(outcome)), operation);
  } catch (error) {
    if (error instanceof DecodeError)
      error.message = error.message.replace(/Go struct field \S+ of type/, "Go value of type");
    throw error;
  }
  return decodeChanged(kind, JSON.stringify(outcome), { ...operation, fieldValidation: "Ignore" });
}

function decodeChanged(kind: BodyKind, text: string, operation: Operation, nulls?: StrayNulls): KubernetesObject {
  if (kind.decoder) return kind.decoder.value(JSON.parse(text), operation, nulls);
  const { fieldValidation: validation, warn } = operation;
  return complete(kind, decodeJson(kind.schema as Message<KubernetesObject>, text, { validation, warn }));
}

const strictPrefix = "strict decoding error: ";

/** Duplicates come before unknown fields; what cannot be decoded at all is told alone. */
function withDuplicates(why: string | undefined, duplicates: readonly string[]): string {
  if (why !== undefined && !why.startsWith(strictPrefix)) return why;
  const unknown = why === undefined ? [] : [why.slice(strictPrefix.length)];
  return strictPrefix + [...duplicates, ...unknown].join(", ");
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function untyped(kind: BodyKind, text: string | Uint8Array): KubernetesObject {
  const value: unknown = JSON.parse(typeof text === "string" ? text : Buffer.from(text).toString());
  return complete(kind, value as KubernetesObject);
}

function complete(kind: BodyKind, object: KubernetesObject): KubernetesObject {
  object.metadata ??= {} as KubernetesObject["metadata"];
  if (kind.schema) applyDefaults(kind.schema as Message<KubernetesObject>, object);
  return object;
}

const frames = [
  /^the object provided is unrecognized \(must be of type [^)]*\): (?<why>.*) \([^(]*\)$/s,
  /^.*? cannot be handled as a [^:]*: (?<why>.*)$/s,
];

function plainly<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const framed = frames.map((frame) => frame.exec(error.message)?.groups?.["why"]).find((why) => why !== undefined);
    throw errors.badRequest(framed ?? error.message);
  }
}

function readable<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof DecodeError ? errors.badRequest(error.message) : error;
  }
}
