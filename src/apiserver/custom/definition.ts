/** Definitions of custom resources, and the questions that are asked of them everywhere. */
import { type apiextensionsv1, findCondition, isConditionTrue } from "../../api/mod.ts";

export type Definition = apiextensionsv1.CustomResourceDefinition;
export type DefinitionVersion = apiextensionsv1.CustomResourceDefinitionVersion;
export type DefinitionCondition = apiextensionsv1.CustomResourceDefinitionCondition;

export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

export function conditionOf({ status }: Definition, type: string): DefinitionCondition | undefined {
  return findCondition(status?.conditions, type);
}

export function isTrue({ status }: Definition, type: string): boolean {
  return isConditionTrue(status?.conditions, type);
}

/** In place. The time of transition stays where the status does. */
export function setCondition(
  definition: Definition,
  condition: Omit<DefinitionCondition, "lastTransitionTime">,
  now: string,
): void {
  definition.status ??= {} as NonNullable<Definition["status"]>;
  const present = conditionOf(definition, condition.type);
  const lastTransitionTime = present?.status === condition.status ? present.lastTransitionTime : now;
  const next = { ...condition, lastTransitionTime } as DefinitionCondition;
  const others = definition.status.conditions ?? [];
  definition.status.conditions = present ? others.map((one) => (one === present ? next : one)) : [...others, next];
}

/** Exactly one version is marked; validation sees to it. */
export function storageVersion({ spec }: Definition): string {
  return spec.versions.find(({ storage }) => storage)?.name ?? spec.versions[0]?.name ?? "";
}
