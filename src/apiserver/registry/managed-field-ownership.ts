/** Field ownership by the rules of `apply/`. */
import { type KubernetesObject, type Message, StatusError } from "../../api/mod.ts";
import { applyPatch } from "../apply/apply.ts";
import { conflictStatus } from "../apply/conflict-status.ts";
import { type FieldSet, union } from "../apply/field-set.ts";
import { resetSpec, resetStatus, setOfPaths } from "../apply/ignored-fields.ts";
import { isVersionOf } from "../apply/known-versions.ts";
import { updateManagedFields } from "../apply/managed-fields.ts";
import { rulesFromSchema } from "../apply/rules-from-schema.ts";
import type { JsonObject, StructRules } from "../apply/type-rules.ts";
import { validateConfig } from "../apply/validate-config.ts";
import { plainFailure } from "../errors.ts";
import type { FieldOwnership, OwnershipChange } from "./field-ownership.ts";
import { timestamp } from "./operation.ts";
import type { View } from "./view.ts";

const known = new WeakMap<Message, StructRules>();

/** Of strategic merge patches, which custom resources do not take. */
export function strategicRules({ info }: View): StructRules | undefined {
  return info.schema && rulesOf(info.schema);
}

function mergeRules(view: View): StructRules | undefined {
  return view.applyRules ? view.applyRules() : strategicRules(view);
}

/** Made once per schema. */
export function rulesOf(schema: Message): StructRules {
  let rules = known.get(schema);
  if (!rules) {
    rules = rulesFromSchema(schema);
    known.set(schema, rules);
  }
  return rules;
}

export const managedFieldOwnership: FieldOwnership = Object.freeze({ update, apply });

function update(change: OwnershipChange, object: KubernetesObject): void {
  const rules = mergeRules(change.view);
  if (!rules) return;
  const { operation, live, view } = change;
  const entries = updateManagedFields({
    rules,
    old: live,
    object,
    manager: operation.fieldManager,
    apiVersion: view.info.apiVersion,
    subresource: operation.subresource,
    reset: resetFields(change),
    isVersion: (apiVersion) => isVersion(view, apiVersion),
    now: timestamp(operation.now),
  });
  if (entries) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

/** Whether the kind has, or ever had, this version. */
function isVersion({ info, strategy }: View, apiVersion: string): boolean {
  if (apiVersion === info.apiVersion) return true;
  return strategy.hasVersion?.(apiVersion) ?? isVersionOf(info.group, apiVersion);
}

function apply(change: OwnershipChange, applied: KubernetesObject, force: boolean): KubernetesObject {
  const rules = mergeRules(change.view);
  if (!rules) throw plainFailure("server-side apply is not offered for this resource");
  const { operation, live } = change;
  const result = applyPatch({
    rules,
    live,
    patch: applied as unknown as JsonObject,
    manager: operation.fieldManager,
    subresource: operation.subresource,
    reset: resetFields(change),
    force,
    now: timestamp(operation.now),
  });
  if (result.outcome === "applied") return result.object;
  if (result.outcome === "conflict") throw new StatusError(conflictStatus(result.conflicts));
  throw plainFailure(malformedText(applied, result.problems.toSorted()));
}

/** Throws what upstream answers to a configuration that has not the shape of its kind. */
export function assertDeclared(schema: Message, applied: KubernetesObject): void {
  const problems = validateConfig(rulesOf(schema), applied as unknown as JsonObject);
  if (problems.length > 0) throw plainFailure(malformedText(applied, problems.toSorted()));
}

function malformedText({ apiVersion, kind, metadata }: KubernetesObject, problems: readonly string[]): string {
  const slash = apiVersion.indexOf("/");
  const version = slash < 0 ? `/${apiVersion}` : apiVersion;
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
  const name = `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
  return `failed to create typed patch object (${name}; ${version}, Kind=${kind}): ${list}`;
}

const resetSpecAndLabels = union(resetSpec, setOfPaths([["metadata", "labels"]]));

/** Fields that this endpoint leaves alone: writing them makes nobody their owner. */
function resetFields({ operation, view }: OwnershipChange): FieldSet | undefined {
  if (operation.subresource !== "status")
    return view.strategy.resetFields ?? (view.strategy.hasStatus ? resetStatus : undefined);
  if (view.strategy.statusResetFields) return view.strategy.statusResetFields;
  return view.info.resource === "deployments" ? resetSpecAndLabels : resetSpec;
}
