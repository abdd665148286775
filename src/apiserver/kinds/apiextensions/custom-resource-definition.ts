import { type apiextensionsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { validateDefinition, validateDefinitionUpdate } from "./custom-resource-definition-validation.ts";

const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

export const customResourceDefinition: Strategy<apiextensionsv1.CustomResourceDefinition> = {
  resource: resources.customresourcedefinitions,
  hasStatus: true,
  bumpsGeneration: true,
  allowUnconditionalUpdate: false,
  prepareForCreate(object) {
    const stored = object.spec.versions.filter((version) => version.storage).map((version) => version.name);
    object.status = { acceptedNames: { kind: "", plural: "" }, conditions: [], storedVersions: stored };
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === "status" || !old.status) return;
    const stored = object.spec.versions.find((version) => version.storage)?.name;
    const known = old.status.storedVersions ?? [];
    if (stored && !known.includes(stored)) object.status = { ...old.status, storedVersions: [...known, stored] };
  },
  prepareForDelete(object) {
    const { metadata } = object;
    if (!metadata.finalizers?.includes(cleanupFinalizer))
      metadata.finalizers = [...(metadata.finalizers ?? []), cleanupFinalizer];
  },
  validate: validateDefinition,
  validateUpdate: validateDefinitionUpdate,
};
