/** Custom resources as clients send them: any JSON with a kind and metadata, then the schema of their definition. */
import {
  DecodeError,
  decodeJson,
  duplicateFields,
  type KubernetesObject,
  metav1,
  parseYamlText,
} from "../../api/mod.ts";
import { isObject } from "../apply/type-rules.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import type { ObjectDecoder } from "../request/body-kind.ts";
import type { CustomResourceInfo } from "./resource-info.ts";
import type { VersionSchema } from "./version-schema.ts";

export class CustomDecoder implements ObjectDecoder {
  readonly #info: CustomResourceInfo;
  readonly #schema: VersionSchema;

  constructor(info: CustomResourceInfo, schema: VersionSchema) {
    this.#info = info;
    this.#schema = schema;
  }

  json(text: string, operation: Operation): KubernetesObject {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw errors.badRequest(`invalid character in the body: it is no JSON (${text.slice(0, 30)})`);
    }
    return this.#read(value, operation, () => duplicateFields(text));
  }

  yaml(text: string, operation: Operation): KubernetesObject {
    const { value, duplicates } = readYaml(text);
    return this.#read(value, operation, () => duplicates);
  }

  value(value: unknown, operation: Operation): KubernetesObject {
    return this.#read(value, operation, () => []);
  }

  #read(value: unknown, operation: Operation, duplicates: () => readonly string[]): KubernetesObject {
    const object = this.#checkKind(value);
    const asked = operation.fieldValidation !== "Ignore";
    const found = asked ? [...duplicates()] : [];
    object.metadata = readMetadata(object, found);
    found.push(...this.#schema.settle(object).map((path) => `unknown field ${JSON.stringify(path)}`));
    if (asked && found.length > 0) this.#report(found, operation);
    return object;
  }

  #checkKind(value: unknown): KubernetesObject {
    const { apiVersion, kind } = this.#info;
    if (!isObject(value)) throw errors.badRequest("the body of the request is no object");
    const object = value as unknown as KubernetesObject;
    const text = () => JSON.stringify(value);
    if (!object.kind) throw errors.badRequest(`Object 'Kind' is missing in '${text()}'`);
    if (!object.apiVersion) throw errors.badRequest(`Object 'apiVersion' is missing in '${text()}'`);
    if (object.apiVersion !== apiVersion || object.kind !== kind) throw this.#wrongKind(object);
    return object;
  }

  #wrongKind(object: KubernetesObject): Error {
    const { apiVersion, kind } = this.#info;
    if (object.kind !== kind)
      return errors.badRequest(`the kind in the data (${object.kind}) does not match the expected kind (${kind})`);
    return errors.badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }

  #report(found: readonly string[], { fieldValidation, warn }: Operation): void {
    const { kind, version } = this.#info;
    if (fieldValidation === "Strict") {
      const list = found.join(", ");
      throw errors.badRequest(
        `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: strict decoding error: ${list}`,
      );
    }
    for (const message of found) warn(message);
  }
}

function readYaml(text: string): ReturnType<typeof parseYamlText> {
  try {
    return parseYamlText(text);
  } catch (error) {
    throw error instanceof DecodeError ? errors.badRequest(error.message) : error;
  }
}

/** Metadata has a shape of its own, whatever the schema says about it. */
function readMetadata({ metadata }: KubernetesObject, found: string[]): metav1.ObjectMeta {
  if (metadata === undefined || metadata === null) return {} as metav1.ObjectMeta;
  try {
    return decodeJson(metav1.objectMeta, JSON.stringify(metadata), {
      validation: "Warn",
      warn: (message) => found.push(message.replace(/field "/, 'field "metadata.')),
    }) as metav1.ObjectMeta;
  } catch (error) {
    throw error instanceof DecodeError ? errors.badRequest(error.message) : error;
  }
}
