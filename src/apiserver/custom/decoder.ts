/** Custom resources as clients send them: any JSON with a kind and metadata, then the schema of their definition. */
import {
  cannotBeHandled,
  DecodeError,
  decodeJson,
  duplicateFields,
  type KubernetesObject,
  metav1,
  readJsonObject,
  unrecognized,
  type YamlText,
  yamlProblem,
} from "../../api/mod.ts";
import { isObject } from "../apply/type-rules.ts";
import * as errors from "../errors.ts";
import type { Operation } from "../registry/operation.ts";
import type { ObjectDecoder, StrayNulls } from "../request/body-kind.ts";
import { invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { CustomResourceInfo } from "./resource-info.ts";
import { typeOf } from "./schema/validate/type-check.ts";
import type { VersionSchema } from "./version-schema.ts";

export class CustomDecoder implements ObjectDecoder {
  readonly #info: CustomResourceInfo;
  readonly #schema: VersionSchema;

  constructor(info: CustomResourceInfo, schema: VersionSchema) {
    this.#info = info;
    this.#schema = schema;
  }

  json(text: string, operation: Operation): KubernetesObject {
    return this.#readText(text, operation, () => duplicateFields(text));
  }

  yaml(read: () => YamlText, operation: Operation): KubernetesObject {
    const { value, duplicates } = read();
    const together = operation.fieldValidation === "Strict" && duplicates.length > 0;
    return this.#readText(JSON.stringify(value), operation, () => (together ? [yamlProblem(duplicates)] : duplicates));
  }

  value(value: unknown, operation: Operation, nulls: StrayNulls = "dropped"): KubernetesObject {
    if (!isObject(value)) throw new DecodeError("the object is none");
    const object = value as unknown as KubernetesObject;
    this.#checkKind(object);
    const { apiVersion } = this.#info;
    if (object.apiVersion !== apiVersion) throw this.#mustBe(object, "apiVersion", apiVersion);
    return this.#settle(object, operation, () => [], nulls);
  }

  #readText(text: string, operation: Operation, duplicates: () => readonly string[]): KubernetesObject {
    const { apiVersion: wanted, kind } = this.#info;
    const object = readJsonObject(kind, text) as unknown as KubernetesObject;
    for (const key of ["apiVersion", "kind"] as const) checkText(kind, key, object[key], text);
    if (!object.kind) throw unrecognized(kind, `Object 'Kind' is missing in '${text}'`, text);
    const { apiVersion = "" } = object;
    if (apiVersion !== wanted)
      throw new DecodeError(
        `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
      );
    this.#checkKind(object);
    return this.#settle(object, operation, duplicates);
  }

  #checkKind(object: KubernetesObject): void {
    const { kind } = this.#info;
    if (object.kind !== kind) throw this.#mustBe(object, "kind", kind);
  }

  /** Upstream finds this when it validates, under the name that the object claims. */
  #mustBe(object: KubernetesObject, key: "apiVersion" | "kind", wanted: string): Error {
    const { apiVersion = "", kind = "", metadata } = object;
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const why = invalidField(field(key), object[key] ?? "", `must be ${wanted}`);
    return errors.invalid({ group, kind, name: metadata?.name ?? "" }, [why]);
  }

  #settle(
    object: KubernetesObject,
    operation: Operation,
    duplicates: () => readonly string[],
    nulls: StrayNulls = "dropped",
  ): KubernetesObject {
    const asked = operation.fieldValidation !== "Ignore";
    const found = asked ? [...duplicates()] : [];
    object.metadata = this.#readMetadata(object, found);
    try {
      for (const path of this.#schema.settle(object, nulls)) found.push(`unknown field ${JSON.stringify(path)}`);
    } catch (error) {
      throw error instanceof DecodeError ? this.#cannotBeHandled(error.message) : error;
    }
    if (asked && found.length > 0) this.#report(found, operation);
    return object;
  }

  #cannotBeHandled(why: string): DecodeError {
    const { kind, version } = this.#info;
    return cannotBeHandled({ kind, version }, kind, why);
  }

  #report(found: readonly string[], { fieldValidation, warn }: Operation): void {
    if (fieldValidation === "Strict") throw this.#cannotBeHandled(`strict decoding error: ${found.join(", ")}`);
    for (const message of found) warn(message);
  }

  /** Metadata has a shape of its own, whatever the schema says about it. */
  #readMetadata({ metadata }: KubernetesObject, found: string[]): metav1.ObjectMeta {
    if (metadata === undefined || metadata === null) return {} as metav1.ObjectMeta;
    if (!isObject(metadata))
      throw this.#cannotBeHandled(`json: cannot unmarshal ${goType(metadata)} into Go value of type v1.ObjectMeta`);
    try {
      return decodeJson(metav1.objectMeta, JSON.stringify(metadata), {
        validation: "Warn",
        warn: (message) => found.push(message.replace(/field "/, 'field "metadata.')),
      }) as metav1.ObjectMeta;
    } catch (error) {
      throw error instanceof DecodeError ? this.#cannotBeHandled(error.message) : error;
    }
  }
}

function checkText(kind: string, key: string, value: unknown, text: string): void {
  if (value === undefined || value === null || typeof value === "string") return;
  const why = `json: cannot unmarshal ${goType(value)} into Go struct field .${key} of type string`;
  throw unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, text);
}

function goType(value: unknown): string {
  const type = typeOf(value);
  if (type === "boolean") return "bool";
  return type === "integer" ? "number" : type;
}
