/** What the schema of a version does to its objects. Nothing is compiled before the first object comes. */
import type { KubernetesObject } from "../../api/mod.ts";
import { compileValidationRules, type ValidationRules } from "../../cel/mod.ts";
import { rulesFromJsonSchema } from "../apply/rules-from-json-schema.ts";
import type { JsonObject, StructRules } from "../apply/type-rules.ts";
import type { StrayNulls } from "../request/body-kind.ts";
import type { FieldError } from "../validation/field-error.ts";
import type { Definition, DefinitionVersion } from "./definition.ts";
import { type CompiledSchema, compileSchema } from "./schema/compile-schema.ts";

/** Rules may count on the shape of what they look at. */
const blocking: ReadonlySet<FieldError["reason"]> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const notChecked: FieldError = {
  reason: "FieldValueInvalid",
  field: "<nil>",
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
};

export class VersionSchema {
  readonly #version: DefinitionVersion;
  /** Of definitions from the time before every version had to have a schema. */
  readonly #keepsUnknown: boolean;
  #compiled: CompiledSchema | undefined;
  #applyRules: StructRules | undefined;
  #validationRules: ValidationRules | undefined;

  constructor({ spec }: Definition, version: DefinitionVersion) {
    this.#version = version;
    this.#keepsUnknown = spec.preserveUnknownFields === true;
  }

  /** Drops what the schema does not know and sets defaults, in place. Answers the paths of what went. */
  settle(object: KubernetesObject, nulls: StrayNulls = "dropped"): readonly string[] {
    const schema = this.#schema;
    if (!schema) return [];
    const unknown = this.#keepsUnknown ? [] : schema.prune(object);
    schema.applyDefaults(object, nulls);
    return unknown;
  }

  /** Drops what the schema does not know, in place, and leaves the rest as it is. */
  prune(object: KubernetesObject): void {
    if (!this.#keepsUnknown) this.#schema?.prune(object);
  }

  /** What the schema has against the object, its rules aside. */
  validate(object: KubernetesObject, old?: KubernetesObject): readonly FieldError[] {
    return this.#schema?.validate(object, old) ?? [];
  }

  /** What its rules (`x-kubernetes-validations`) say, unless what was `found` before keeps them from being asked. */
  validateRules(
    object: KubernetesObject,
    old: KubernetesObject | undefined,
    found: readonly FieldError[],
    warn: (message: string) => void,
  ): readonly FieldError[] {
    const schema = this.#schema;
    if (!schema) return [];
    this.#validationRules ??= compileValidationRules(schema.source as Parameters<typeof compileValidationRules>[0]);
    if (!this.#validationRules.any) return [];
    if (found.some(({ reason }) => blocking.has(reason))) return [notChecked];
    const { problems, tolerated } = this.#validationRules.judge(object, old);
    for (const { field, message } of tolerated) warn(`${field}: ${message}`);
    return problems;
  }

  get applyRules(): StructRules {
    this.#applyRules ??= rulesFromJsonSchema(this.#version.schema?.openAPIV3Schema as JsonObject | undefined);
    return this.#applyRules;
  }

  get #schema(): CompiledSchema | undefined {
    const source = this.#version.schema?.openAPIV3Schema;
    if (source) this.#compiled ??= compileSchema(source);
    return this.#compiled;
  }
}
