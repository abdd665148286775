import { createRequire } from "node:module";
import { type apiextensionsv1, resources } from "../../../api/mod.ts";
import { cleanupFinalizer, conditionOf, setCondition } from "../../custom/definition.ts";
import { timestamp } from "../../registry/operation.ts";
import type { Strategy } from "../../registry/strategy.ts";

const load = createRequire(import.meta.url);

/** It knows schemas and the expressions in them: loaded for the first definition. */
const validation = () =>
  load("./custom-resource-definition-validation.ts") as typeof import("./custom-resource-definition-validation.ts");

const deletionPending = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionPending",
  message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
} as const;

export const customResourceDefinition: Strategy<apiextensionsv1.CustomResourceDefinition> = {
  resource: resources.customresourcedefinitions,
  hasStatus: true,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  prepareForCreate(object) {
    const stored = (object.spec.versions ?? []).find((version) => version.storage)?.name;
    const storedVersions = stored === undefined ? [] : [stored];
    object.status = { acceptedNames: { kind: "", plural: "" }, conditions: [], storedVersions };
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === "status" || !old.status) return;
    const stored = object.spec.versions.find((version) => version.storage)?.name;
    const known = old.status.storedVersions ?? [];
    if (stored && !known.includes(stored)) object.status = { ...old.status, storedVersions: [...known, stored] };
  },
  // The first request to delete marks it; it goes when its objects are gone.
  blocksRemoval: ({ metadata }) => metadata.deletionTimestamp === undefined,
  prepareForDelete(object, { now }) {
    const { metadata } = object;
    if (!metadata.finalizers?.includes(cleanupFinalizer))
      metadata.finalizers = [...(metadata.finalizers ?? []), cleanupFinalizer];
    if (!conditionOf(object, deletionPending.type)) setCondition(object, deletionPending, timestamp(now));
  },
  validate: (definition) => validation().validateDefinition(definition),
  validateUpdate: (...definitions) => validation().validateDefinitionUpdate(...definitions),
};
