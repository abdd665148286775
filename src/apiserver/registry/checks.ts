/** Validation as every write goes through it: metadata by the common rules, the rest by the kind's strategy. */
import type { KubernetesObject } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { collectErrors, type FieldError } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { type ObjectMetaRules, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asOftenAsFound, type KindOfMetadata, takesPlainFinalizers } from "./metadata-checks.ts";
import { type Operation, strategyContext } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import type { RequestContext } from "./strategy.ts";

const metadataPath = field("metadata");

function metadataRules(storage: ResourceStorage): ObjectMetaRules {
  const { validateName } = storage.strategy;
  const plainFinalizers = takesPlainFinalizers(kindOf(storage));
  return { namespaced: storage.info.namespaced, plainFinalizers, ...(validateName && { validateName }) };
}

function kindOf({ info, strategy }: ResourceStorage): KindOfMetadata {
  return { group: info.group, resource: info.resource, isCustom: strategy.isCustom === true };
}

function contextOf(storage: ResourceStorage, operation: Operation): RequestContext {
  return { ...strategyContext(operation), namespaceLabels: () => storage.namespaceLabels(operation.namespace) };
}

/** Throws a 422 where the new object is wrong; adds the kind's warnings to the answer where it is right. */
export function checkNew(storage: ResourceStorage, operation: Operation, object: KubernetesObject): void {
  const context = contextOf(storage, operation);
  const found = collectErrors(() => {
    const all = validateObjectMeta(object.metadata, metadataRules(storage), metadataPath);
    all.push(...(storage.strategy.validate?.(object, context) ?? []));
    all.push(...(storage.strategy.validateLast?.(object, undefined, all, operation.warn) ?? []));
    return all;
  });
  refuse(storage, object.metadata.name ?? "", found);
  for (const warning of storage.strategy.warnings?.(object, context) ?? []) operation.warn(warning);
}

export function checkChanged(
  storage: ResourceStorage,
  operation: Operation,
  object: KubernetesObject,
  old: KubernetesObject,
): void {
  const context = contextOf(storage, operation);
  const { strategy } = storage;
  const own = strategy.validateUpdate ?? ((next: KubernetesObject) => strategy.validate?.(next, context) ?? []);
  const found = collectErrors(() => {
    const metadata = validateObjectMetaUpdate(object.metadata, old.metadata, metadataRules(storage), metadataPath);
    const all = asOftenAsFound(metadata, kindOf(storage));
    all.push(...own.call(strategy, object, old, context));
    all.push(...(strategy.validateLast?.(object, old, all, operation.warn) ?? []));
    return all;
  });
  refuse(storage, old.metadata.name, found);
  for (const warning of strategy.warnings?.(object, context, old) ?? []) operation.warn(warning);
}

function refuse(storage: ResourceStorage, name: string, found: readonly FieldError[]): void {
  const { group, kind } = storage.info;
  if (found.length > 0) throw errors.invalid({ group, kind, name }, found);
}
