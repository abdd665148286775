/** KEP-4358: fields of a custom resource that `fieldSelector` may name. */
import type { apiextensionsv1, KubernetesObject } from "../../../api/mod.ts";
import { duplicate, type FieldError, invalid, required, tooMany } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { simplePath } from "./simple-path.ts";
import { isSchema, type JsonSchema } from "./structural-node.ts";

type Definition = apiextensionsv1.SelectableField;

const maximum = 8;

/** By label, `spec.color`, as the engine's strategies take them. What an object does not say is empty. */
export function selectableFields(
  definitions: readonly Definition[] | undefined,
): Readonly<Record<string, (object: KubernetesObject) => string>> {
  return Object.fromEntries(
    (definitions ?? []).map(({ jsonPath }) => {
      const path = simplePath(jsonPath);
      return [path.names.join("."), (object: KubernetesObject) => selected(path.get(object))];
    }),
  );
}

function selected(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** `path` is that of the list. */
export function validateSelectableFields(
  definitions: readonly Definition[] | undefined,
  schema: JsonSchema,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Set<string>();
  for (const [position, { jsonPath }] of (definitions ?? []).entries()) {
    const at = path.index(position).child("jsonPath");
    const found = jsonPath ? fieldErrors(jsonPath, schema, at) : [required(at)];
    errors.push(...found);
    if (found.length > 0) continue;
    if (known.has(jsonPath)) errors.push(duplicate(at, jsonPath));
    known.add(jsonPath);
  }
  if (known.size > maximum) errors.push(tooMany(path, known.size, maximum));
  return errors;
}

const selectableTypes = new Set(["string", "boolean", "integer"]);

function unexpected(jsonPath: string): string {
  const start = /^[^.[]+/.exec(jsonPath)?.[0];
  return start === undefined ? "must be a simple json path starting with ." : `expected [ or . but got: ${start}`;
}

function fieldErrors(jsonPath: string, schema: JsonSchema, at: FieldPath): FieldError[] {
  const { names } = simplePath(jsonPath);
  if (!/^\.[A-Za-z_]/.test(jsonPath) || names.includes(""))
    return [invalid(at, jsonPath, `is an invalid path: ${unexpected(jsonPath)}`)];
  const target = schemaAt(schema, names);
  if (!target) return [invalid(at, jsonPath, "is an invalid path: does not refer to a valid field")];
  if (names[0] === "metadata") return [invalid(at, jsonPath, "must not point to fields in metadata")];
  if (selectableTypes.has(target.type ?? "")) return [];
  const text =
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
  return [invalid(at, jsonPath, text)];
}

function schemaAt(schema: JsonSchema, names: readonly string[]): JsonSchema | undefined {
  return names.reduce<JsonSchema | undefined>((here, name) => here && memberSchema(here, name), schema);
}

function memberSchema({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  return isSchema(additionalProperties) ? additionalProperties : undefined;
}
