/** Validation as every write goes through it: metadata by the common rules, the rest by the kind's strategy. */
import type { KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { collectErrors, type FieldError } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asOftenAsFound } from "./metadata-checks.ts";
import type { Operation } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";

const metadataPath = field("metadata");

/** Throws a 422 where the new object is wrong; adds the kind's warnings to the answer where it is right. */
export function checkNew(storage: ResourceStorage, operation: Operation, object: KubernetesObject): void {
  const { strategy } = storage;
  const found = collectErrors(() => {
    const all = validateObjectMeta(object.metadata, storage.metadataRules, metadataPath);
    addAll(all, strategy.validate?.(object, operation, storage));
    addAll(all, strategy.validateLast?.(object, undefined, all, operation.warn));
    return all;
  });
  refuse(storage, object.metadata.name ?? "", found);
  warn(operation, strategy.warnings?.(object, operation));
}

export function checkChanged(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
  old: KubernetesObject,
): void {
  const { strategy } = storage;
  const found = collectErrors(() => {
    const metadata = validateObjectMetaUpdate(object.metadata, old.metadata, storage.metadataRules, metadataPath);
    const all = asOftenAsFound(metadata, storage);
    if (strategy.validateUpdate) addAll(all, strategy.validateUpdate(object, old, operation));
    else addAll(all, strategy.validate?.(object, operation, storage));
    addAll(all, strategy.validateLast?.(object, old, all, operation.warn));
    return all;
  });
  refuse(storage, old.metadata.name, found);
  warn(operation, strategy.warnings?.(object, operation, old));
}

function addAll(all: FieldError[], found: readonly FieldError[] = []): void {
  for (const error of found) all.push(error);
}

function warn(operation: Operation, warnings: readonly string[] = []): void {
  for (const warning of warnings) operation.warn(warning);
}

function refuse(storage: ResourceStorage, name: string, found: readonly FieldError[]): void {
  const { group, kind } = storage.info;
  if (found.length > 0) throw errors.invalid({ group, kind, name }, found);
}
