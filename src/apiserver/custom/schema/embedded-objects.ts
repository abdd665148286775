/** Objects inside objects (`x-kubernetes-embedded-resource`): each says what it is, and has metadata like any other. */
import {
  DecodeError,
  decodeJson,
  dns1035LabelProblems,
  metav1,
  normalize,
  pathSegmentProblems,
} from "../../../api/mod.ts";
import { isObject } from "../../apply/type-rules.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import type { FieldPath } from "../../validation/field-path.ts";
import { validateObjectMeta } from "../../validation/object-meta.ts";
import { type JsonObject, memberNode, type StructuralNode } from "./structural-node.ts";
import { typeOf } from "./validate/type-check.ts";
import { Place } from "./walk.ts";

/** Of the objects inside, not of the object itself. */
export function validateEmbeddedObjects(object: JsonObject, node: StructuralNode): FieldError[] {
  const errors: FieldError[] = [];
  visitMembers(object, node, new Place(), (found, path) => errors.push(...validateEmbedded(found, path)));
  return errors;
}

/**
 * Brings the metadata of objects inside into its shape, in place. Answers the paths of what went. Throws a `DecodeError` where it has another
 * shape altogether.
 */
export function settleEmbeddedObjects(object: JsonObject, node: StructuralNode): string[] {
  const unknown: string[] = [];
  visitMembers(object, node, new Place(), (found, path) => {
    for (const key of ["apiVersion", "kind"]) assertText(found, key, path.child(key));
    const { metadata } = found;
    const at = path.child("metadata");
    if (metadata === undefined) return;
    if (!isObject(metadata)) throw mismatch(at, metadata, unreadable(metadata));
    const warn = (message: string) =>
      unknown.push(at.child(message.replace(/^unknown field "(.*)"$/, "$1")).toString());
    found["metadata"] = readMetadata(metadata, at, warn);
  });
  return unknown;
}

function assertText(object: JsonObject, key: string, at: FieldPath): void {
  const value = object[key];
  if (value !== undefined && typeof value !== "string") throw mismatch(at, value, "must be a string");
}

function unreadable(metadata: unknown): string {
  const type = typeOf(metadata);
  const shown = type === "integer" ? "number" : type === "boolean" ? "bool" : type;
  return `json: cannot unmarshal ${shown} into Go value of type v1.ObjectMeta`;
}

function mismatch(at: FieldPath, value: unknown, why: string): DecodeError {
  return new DecodeError(`${at}: ${invalid(at, value, why).message}`);
}

function readMetadata(metadata: JsonObject, at: FieldPath, warn: (message: string) => void): unknown {
  try {
    return decodeJson(metav1.objectMeta, JSON.stringify(metadata), { validation: "Warn", warn });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`${at}: ${invalid(at, metadata, error.message).message}`, { cause: error });
  }
}

type Visitor = (object: JsonObject, path: FieldPath) => void;

function visit(value: unknown, node: StructuralNode, place: Place, found: Visitor): void {
  if (typeof value !== "object" || value === null || !node.holds.embedded) return;
  if (isObject(value)) {
    if (node.embedded) found(value, place.path());
    visitMembers(value, node, place, found);
  } else if (node.items) visitItems(value as unknown[], node.items, place, found);
}

function visitItems(list: readonly unknown[], node: StructuralNode, place: Place, found: Visitor): void {
  for (const [position, item] of list.entries()) {
    place.enter(position);
    visit(item, node, place, found);
    place.leave();
  }
}

function visitMembers(object: JsonObject, node: StructuralNode, place: Place, found: Visitor): void {
  for (const [name, member] of Object.entries(object)) {
    const known = memberNode(node, name);
    if (!known) continue;
    place.enter(name);
    visit(member, known, place, found);
    place.leave();
  }
}

function validateEmbedded(object: JsonObject, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, problems] of [
    ["apiVersion", groupVersionProblems],
    ["kind", kindProblems],
  ] as const) {
    const value = object[key];
    const at = path.child(key);
    if (!Object.hasOwn(object, key)) errors.push(required(at));
    else if (typeof value !== "string") errors.push(invalid(at, value, "must be a string"));
    else if (value === "") errors.push(invalid(at, value, "must not be empty"));
    else errors.push(...problems(value).map((problem) => invalid(at, value, problem)));
  }
  return [...errors, ...validateMetadata(object, path.child("metadata"))];
}

function groupVersionProblems(text: string): string[] {
  return text.split("/").length > 2 ? [`unexpected GroupVersion string: ${text}`] : [];
}

function kindProblems(kind: string): string[] {
  const problems = dns1035LabelProblems(kind.toLowerCase());
  return problems.length === 0 ? [] : [`may have mixed case, but should otherwise match: ${problems.join(",")}`];
}

/** A name may be missing: the object is not there on its own. */
function validateMetadata({ metadata }: JsonObject, path: FieldPath): FieldError[] {
  if (metadata === undefined) return [];
  if (!isObject(metadata)) return [invalid(path, metadata, "must be an object")];
  let meta: Partial<metav1.ObjectMeta>;
  try {
    meta = normalize(metav1.objectMeta, structuredClone(metadata)) as Partial<metav1.ObjectMeta>;
  } catch (error) {
    return [invalid(path, metadata, error instanceof Error ? error.message : String(error))];
  }
  const rules = { namespaced: Boolean(meta.namespace), validateName: pathSegmentProblems };
  return validateObjectMeta({ ...meta, name: meta.name || "fakename" }, rules, path);
}
