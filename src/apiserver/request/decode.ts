/** From what clients send to objects in memory: decoded by the schema, with defaults. What cannot be read is a 400. */
import {
  applyDefaults,
  clone,
  DecodeError,
  decodeJson,
  decodeProtobuf,
  decodeYaml,
  type Kind,
  type KubernetesObject,
  type Message,
  normalize,
  parseYaml,
} from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import { invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { BodyKind } from "./body-kind.ts";

/** A JSON text as an object of the kind. */
export function decodeText(kind: BodyKind, text: string | Uint8Array, operation: Operation): KubernetesObject {
  if (kind.decoder) return kind.decoder.json(typeof text === "string" ? text : utf8(text), operation);
  if (!kind.schema) return untyped(kind, text);
  const { fieldValidation: validation, warn } = operation;
  const object = readable(() => decodeJson(kind.schema as Message<KubernetesObject>, text, { validation, warn }));
  return complete(kind, object);
}

/** A YAML text as an object of the kind. */
export function decodeYamlText(kind: BodyKind, text: Uint8Array, operation: Operation): KubernetesObject {
  if (kind.decoder) return kind.decoder.yaml(utf8(text), operation);
  if (!kind.schema) return untyped(kind, JSON.stringify(readable(() => parseYaml(Buffer.from(text).toString()))));
  const { fieldValidation: validation, warn } = operation;
  const object = readable(() => decodeYaml(kind.schema as Message<KubernetesObject>, text, { validation, warn }));
  return complete(kind, object);
}

/** Protobuf has no unknown fields to speak of. */
export function decodeBinary(kind: BodyKind, bytes: Uint8Array): KubernetesObject {
  if (!kind.schema) throw errors.unsupportedMediaType(["application/json", "application/yaml"]);
  const object = readable(() => decodeProtobuf(kind.schema as Kind<KubernetesObject>, bytes));
  return complete(kind, object);
}

/** A JSON-shaped value of a caller in this process, which keeps its own copy. */
export function decodeValue(kind: BodyKind, value: object, operation: Operation): KubernetesObject {
  const object = clone(value) as KubernetesObject;
  if (kind.decoder) return kind.decoder.value(object, operation);
  if (!kind.schema) return complete(kind, object);
  return complete(
    kind,
    readable(() => normalize(kind.schema as Message<KubernetesObject>, object)),
  );
}

/** What a patch made of an object: shares nothing with it. What is wrong with it is a 422 at the field `patch`. */
export function decodeOutcome(kind: BodyKind, value: unknown, operation: Operation): KubernetesObject {
  const text = JSON.stringify(value);
  if (kind.decoder) return kind.decoder.value(JSON.parse(text), operation);
  if (!kind.schema) return untyped(kind, text);
  const { fieldValidation: validation, warn } = operation;
  try {
    return complete(kind, decodeJson(kind.schema as Message<KubernetesObject>, text, { validation, warn }));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a [^:]*: /, "");
    throw errors.invalid({ group: "", kind: "", name: "" }, [invalidField(field("patch"), text, why)]);
  }
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

function readable<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof DecodeError ? errors.badRequest(error.message) : error;
  }
}
