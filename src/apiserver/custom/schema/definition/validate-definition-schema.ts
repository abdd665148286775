/** What a definition says about its objects must be said so that they can be pruned, defaulted and published by it. */
import { type FieldError, forbidden, invalid } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import type { JsonSchema } from "../structural-node.ts";
import { defaultErrors } from "./default-rules.ts";
import { innerSchema } from "./inner-schema.ts";
import { keywordErrors } from "./keyword-rules.ts";
import { structuralErrors } from "./structural-rules.ts";

export interface DefinitionSchemaOptions {
  /** The version has a status subresource: its schema is found by `properties.status`, so the root must be a plain one. */
  readonly statusSubresource: boolean;
  /** Only checked where the definition does not preserve unknown fields as a whole. Default true. */
  readonly structural?: boolean;
}

/** `path` is that of the `openAPIV3Schema`. Of expressions (`x-kubernetes-validations`) only what they say of defaults. */
export function validateDefinitionSchema(
  schema: JsonSchema,
  path: FieldPath,
  options: DefinitionSchemaOptions,
): FieldError[] {
  const own = options.statusSubresource ? rootErrors(schema, path) : [];
  const keywords = keywordErrors(schema, path);
  if (schema.nullable) keywords.unshift(forbidden(path.child("nullable"), "nullable cannot be true at the root"));
  if (options.structural === false) return [...own, ...keywords];
  const structural = sorted(structuralErrors(schema, path));
  // Defaults are judged by the schema around them, which must be sound for that.
  return [...own, ...structural, ...(structural.length === 0 ? defaultErrors(schema, path) : []), ...keywords];
}

function sorted(errors: readonly FieldError[]): FieldError[] {
  const text = ({ field, message }: FieldError) => `${field}: ${message}`;
  return errors.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}

/** Keywords and how messages name them. */
const atRoot: ReadonlyMap<string, string> = new Map([
  ["description", "Description"],
  ["type", "Type"],
  ["format", "Format"],
  ["title", "Title"],
  ["maximum", "Maximum"],
  ["exclusiveMaximum", "ExclusiveMaximum"],
  ["minimum", "Minimum"],
  ["exclusiveMinimum", "ExclusiveMinimum"],
  ["maxLength", "MaxLength"],
  ["minLength", "MinLength"],
  ["pattern", "Pattern"],
  ["maxItems", "MaxItems"],
  ["minItems", "MinItems"],
  ["uniqueItems", "UniqueItems"],
  ["multipleOf", "MultipleOf"],
  ["required", "Required"],
  ["items", "Items"],
  ["properties", "Properties"],
  ["externalDocs", "ExternalDocs"],
  ["example", "Example"],
  ["x-kubernetes-preserve-unknown-fields", "XPreserveUnknownFields"],
  ["x-kubernetes-validations", "XValidations"],
]);

function rootErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === false || value === "" || value === undefined) continue;
    if (keyword === "type" && value !== "object") {
      const text =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      errors.push(invalid(path.child("type"), value, text));
    }
    if (atRoot.has(keyword)) continue;
    const words = [...atRoot.values()].join(" ");
    const text = `only [${words}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.push(invalid(path, innerSchema(schema), text));
  }
  return errors;
}
