/** One version of a custom resource among the kinds of the registry. */
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../../api/mod.ts";
import type { FieldSet } from "../apply/field-set.ts";
import { setOfPaths } from "../apply/ignored-fields.ts";
import type { Strategy } from "../registry/strategy.ts";
import type { Confine } from "../registry/update.ts";
import type { FieldError } from "../validation/field-error.ts";
import { isPlainFinalizer } from "../validation/object-meta.ts";
import type { DefinitionVersion } from "./definition.ts";
import type { CustomResourceInfo } from "./resource-info.ts";
import { scalingOf, validateScaling } from "./scaling.ts";
import { printerColumns } from "./schema/printer-columns.ts";
import { selectableFields } from "./schema/selectable-fields.ts";
import type { VersionSchema } from "./version-schema.ts";

type CustomStrategy = Strategy<KubernetesObject>;

export function customStrategy(
  info: CustomResourceInfo,
  version: DefinitionVersion,
  schema: VersionSchema,
  versions: readonly string[],
): CustomStrategy {
  const hasStatus = version.subresources?.status !== undefined;
  const scale = version.subresources?.scale;
  const scaleErrors = (object: KubernetesObject) => (scale ? validateScaling(scale, object) : []);
  return {
    resource: info,
    hasStatus,
    allowUnconditionalUpdate: false,
    prepareForCreate(object) {
      object.metadata.generation = 1;
    },
    prepareForUpdate(object, old) {
      if (!sameDesire(object, old, hasStatus)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (object) => [...schema.validate(object), ...scaleErrors(object)],
    validateUpdate: (object, old, { subresource }) => {
      const errors = schema.validate(object, old);
      return [...(subresource === "status" ? errors.map(ofStatus) : errors), ...scaleErrors(object)];
    },
    applyRules: () => schema.applyRules,
    validateLast: (object, old, found, warn) => schema.validateRules(object, old, found, warn),
    warnings: (object, _context, old) => plainFinalizerWarnings(object, old),
    isCustom: true,
    hasVersion: (apiVersion) => versions.some((name) => apiVersion === `${info.group}/${name}`),
    ...(hasStatus && { statusResetFields: allButStatus(version) }),
    columns: printerColumns(version.additionalPrinterColumns),
    ...(version.selectableFields && { selectableFields: selectableFields(version.selectableFields) }),
    ...(scale && { scale: scalingOf(scale) }),
  };
}

/** Where the status is judged alone, its fields are named from there. */
function ofStatus(error: FieldError): FieldError {
  return { ...error, message: error.message.replace(/\bstatus\.(\S+ in body )/, "$1") };
}

/** New ones only: what is there is not told of again. */
function plainFinalizerWarnings({ metadata }: KubernetesObject, old: KubernetesObject | undefined): string[] {
  const known = new Set(old?.metadata.finalizers);
  const why = "prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers";
  return (metadata.finalizers ?? [])
    .filter((finalizer) => isPlainFinalizer(finalizer) && !known.has(finalizer))
    .map((finalizer) => `metadata.finalizers: ${JSON.stringify(finalizer)}: ${why}`);
}

const ownMetadata = [
  "annotations",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "labels",
  "ownerReferences",
];

/** `/status` changes the status and nothing else, so nobody comes to own anything else by it. */
function allButStatus({ schema }: DefinitionVersion): FieldSet {
  const { status: _, metadata: _metadata, ...others } = schema?.openAPIV3Schema?.properties ?? {};
  const names = new Set(["spec", ...Object.keys(others)]);
  return setOfPaths([...[...names].map((name) => [name]), ...ownMetadata.map((name) => ["metadata", name])]);
}

/** A status without an endpoint of its own is as good as a wish. */
function sameDesire(object: KubernetesObject, old: KubernetesObject, hasStatus: boolean): boolean {
  const { metadata: _, ...desire } = object as KubernetesObject & { status?: unknown };
  const { metadata: _old, ...before } = old as KubernetesObject & { status?: unknown };
  if (hasStatus) {
    delete desire.status;
    delete before.status;
  }
  return isDeepStrictEqual(desire, before);
}

/** `/status` of a custom resource changes nothing else, not even metadata; only who owns what is noted. */
export const onlyCustomStatus: Confine = (object, old) => {
  const { managedFields: _, ...metadata } = old.metadata;
  const { managedFields } = object.metadata;
  const { status: _old, ...rest } = old as KubernetesObject & { status?: unknown };
  const { status } = object as { status?: unknown };
  return {
    ...rest,
    metadata: { ...metadata, ...(managedFields && { managedFields }) },
    ...(status !== undefined && { status }),
  };
};
