/** Defaults must be values that the schema itself accepts, and keeps whole. */
import { clone } from "../../../../api/mod.ts";
import { compileValidationRules } from "../../../../cel/mod.ts";
import { deepEqual } from "../../../apply/type-rules.ts";
import { type FieldError, invalid } from "../../../validation/field-error.ts";
import type { FieldPath } from "../../../validation/field-path.ts";
import { duplicateItems } from "../list-uniqueness.ts";
import { pruneValue } from "../prune.ts";
import { isSchema, type JsonSchema, structuralNode } from "../structural-node.ts";
import { compileCheck } from "../validate/compile-check.ts";
import { findErrors } from "../validate/validation.ts";

export function defaultErrors(schema: JsonSchema, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  visit(schema, path, errors);
  return errors;
}

function visit(schema: JsonSchema, path: FieldPath, errors: FieldError[]): void {
  if (schema.default !== undefined) errors.push(...errorsOf(schema, path.child("default")));
  if (isSchema(schema.items)) visit(schema.items, path.child("items"), errors);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    visit(property, path.child("properties").key(name), errors);
  if (isSchema(schema.additionalProperties))
    visit(schema.additionalProperties, path.child("additionalProperties"), errors);
}

function errorsOf(schema: JsonSchema, path: FieldPath): FieldError[] {
  const node = structuralNode(schema);
  const pruned = clone(schema.default);
  pruneValue(pruned, node);
  const unknown = deepEqual(pruned, schema.default)
    ? []
    : [invalid(path, schema.default, "must not have unknown fields")];
  const own = findErrors(compileCheck(schema), schema.default);
  const errors = [...unknown, ...own.map((error) => below(error, path)), ...duplicatesIn(schema, path)];
  return errors.length > 0 ? errors : refusedByRules(schema, path);
}

/** Rules that are well themselves are asked of what is otherwise well. They belong to an object: the value stands in one. */
function refusedByRules(schema: JsonSchema, path: FieldPath): FieldError[] {
  const rules = compileValidationRules({ type: "object", properties: { value: schema } });
  if (!rules.any || rules.errors.length > 0) return [];
  const problems = rules.validate({ value: schema.default });
  return problems.map((problem) => ({ ...problem, field: `${path}${problem.field.slice("value".length)}` }));
}

function duplicatesIn(schema: JsonSchema, path: FieldPath): FieldError[] {
  return duplicateItems(schema.default, structuralNode(schema)).map((error) => below(error, path));
}

/** The default was looked at as a value of its own. */
function below(error: FieldError, path: FieldPath): FieldError {
  if (error.field === "<nil>") return { ...error, field: path.toString() };
  return { ...error, field: error.field.startsWith("[") ? `${path}${error.field}` : `${path}.${error.field}` };
}
