/** What the schema of a version does to its objects. Nothing is compiled before the first object comes. */
import type { KubernetesObject } from "../../api/mod.ts";
import { rulesFromJsonSchema } from "../apply/rules-from-json-schema.ts";
import type { JsonObject, StructRules } from "../apply/type-rules.ts";
import type { FieldError } from "../validation/field-error.ts";
import type { Definition, DefinitionVersion } from "./definition.ts";
import { type CompiledSchema, compileSchema } from "./schema/compile-schema.ts";

export class VersionSchema {
  readonly #version: DefinitionVersion;
  /** Of definitions from the time before every version had to have a schema. */
  readonly #keepsUnknown: boolean;
  #compiled: CompiledSchema | undefined;
  #rules: StructRules | undefined;

  constructor({ spec }: Definition, version: DefinitionVersion) {
    this.#version = version;
    this.#keepsUnknown = spec.preserveUnknownFields === true;
  }

  /** Drops what the schema does not know and sets defaults, in place. Answers the paths of what went. */
  settle(object: KubernetesObject): readonly string[] {
    const schema = this.#schema;
    if (!schema) return [];
    const unknown = this.#keepsUnknown ? [] : schema.prune(object);
    schema.applyDefaults(object);
    return unknown;
  }

  validate(object: KubernetesObject, old?: KubernetesObject): readonly FieldError[] {
    return this.#schema?.validate(object, old) ?? [];
  }

  get applyRules(): StructRules {
    this.#rules ??= rulesFromJsonSchema(this.#version.schema?.openAPIV3Schema as JsonObject | undefined);
    return this.#rules;
  }

  get #schema(): CompiledSchema | undefined {
    const source = this.#version.schema?.openAPIV3Schema;
    if (source) this.#compiled ??= compileSchema(source);
    return this.#compiled;
  }
}
