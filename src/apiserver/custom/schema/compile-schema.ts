/** The schema of one version of a custom resource, made ready once for the objects that come. */
import type { StrayNulls } from "../../request/body-kind.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { applySchemaDefaults } from "./defaults.ts";
import { settleEmbeddedObjects, validateEmbeddedObjects } from "./embedded-objects.ts";
import { duplicateItems } from "./list-uniqueness.ts";
import { pruneObject } from "./prune.ts";
import { type JsonObject, type JsonSchema, type StructuralNode, structuralNode } from "./structural-node.ts";
import { compileCheck } from "./validate/compile-check.ts";
import { type Check, findErrors } from "./validate/validation.ts";

/** Operations on whole objects of the resource. Nothing is compiled before its first use: most definitions see few objects. */
export class CompiledSchema {
  readonly source: JsonSchema;
  #node: StructuralNode | undefined;
  #check: Check | undefined;

  constructor(source: JsonSchema) {
    this.source = source;
  }

  get node(): StructuralNode {
    this.#node ??= structuralNode(this.source);
    return this.#node;
  }

  /**
   * Removes, in place, what the schema does not know, and answers the paths of what went, sorted: `["spec.foo"]`; those of metadata of
   * objects inside last. Throws a `DecodeError` where an object inside has no metadata to speak of.
   */
  prune(object: object): string[] {
    const removed = pruneObject(object as JsonObject, this.node);
    if (!this.node.holds.embedded) return removed;
    return [...removed, ...settleEmbeddedObjects(object as JsonObject, this.node).sort()];
  }

  /** Sets, in place, what the object leaves out and has a default. */
  applyDefaults(object: object, nulls: StrayNulls = "dropped"): void {
    applySchemaDefaults(object as JsonObject, this.node, nulls);
  }

  /**
   * What is wrong with the object, its own metadata aside. With `old`, the object before an update, what did not change is not told, nor are
   * duplicates in lists where the old object had some too.
   */
  validate(object: object, old?: object): FieldError[] {
    this.#check ??= compileCheck(this.source);
    const errors = findErrors(this.#check, object, old);
    const embedded = this.node.holds.embedded ? validateEmbeddedObjects(object as JsonObject, this.node) : [];
    return [...errors, ...embedded, ...this.#duplicates(object, old)];
  }

  #duplicates(object: object, old: object | undefined): FieldError[] {
    if (!this.node.holds.uniqueLists) return [];
    const errors = duplicateItems(object, this.node);
    return errors.length > 0 && old && duplicateItems(old, this.node).length > 0 ? [] : errors;
  }
}

const compiled = new WeakMap<JsonSchema, CompiledSchema>();

/** The same schema value, which must not change any more, answers the same compiled one. */
export function compileSchema(openAPIV3Schema: JsonSchema): CompiledSchema {
  let schema = compiled.get(openAPIV3Schema);
  if (!schema) {
    schema = new CompiledSchema(openAPIV3Schema);
    compiled.set(openAPIV3Schema, schema);
  }
  return schema;
}
