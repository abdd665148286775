/** The four patches: each makes the new object from the present one, then goes the way of an update. */
import { type KubernetesObject, type Message, yamlProblem } from "../../api/mod.ts";
import { isObject, type JsonObject, type StructRules } from "../apply/type-rules.ts";
import { printGo } from "../apply/validate-config.ts";
import * as errors from "../errors.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { PatchError } from "../patch/patch-error.ts";
import { strategicMergePatch } from "../patch/strategic-merge-patch.ts";
import type { Call, Patch, PatchKind } from "../request/call.ts";
import { decodeOutcome, type OutcomeOptions } from "../request/decode.ts";
import { isTrue } from "../request/request-info.ts";
import { invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import type { Entry } from "./cache/entry.ts";
import { createObject } from "./create.ts";
import { rulesOf, strategicRules } from "./managed-field-ownership.ts";
import { settleName, settleNamespace } from "./metadata.ts";
import { keepsOwners, withPatchedMetadata } from "./metadata-patch.ts";
import type { Operation } from "./operation.ts";
import type { Served } from "./served.ts";
import { type UpdateResult, updateObject } from "./update.ts";

const typedPatches: readonly PatchKind[] = ["json", "merge", "strategic", "apply"];
const untypedPatches: readonly PatchKind[] = ["json", "merge", "apply"];

export async function patchObject(served: Served, call: Call): Promise<UpdateResult> {
  const rules = strategicRules(served.view);
  const patch = call.body.patch(rules ? typedPatches : untypedPatches);
  if (patch.kind === "apply") return applyObject(served, call, patch);
  const { kind, written } = patch;
  const { value } = written ?? patch;
  const duplicates = call.operation.fieldValidation === "Ignore" ? [] : patch.duplicates();
  return updateObject(served.storage, call.operation, {
    derived: true,
    build: (live) =>
      build(served, call.operation, live, {
        make: (from) => change(rules, kind, from, value),
        duplicates,
        written,
        ...(kind === "strategic" ? { merged: value } : { verbatim: kind === "json" }),
      }),
    ...(served.confine && { confine: served.confine }),
  });
}

/** From the present stored object to the new one, by way of the version that the client speaks. */
function build(
  served: Served,
  operation: Operation,
  live: KubernetesObject,
  { make, verbatim, ...options }: OutcomeOptions & { make(from: KubernetesObject): unknown; verbatim?: boolean },
): KubernetesObject {
  const { view, ownership } = served;
  const from = view.served(live);
  const outcome = make(from);
  const isPlain = !options.duplicates?.length && !options.written && keepsOwners(from, outcome);
  const relabelled = isPlain ? withPatchedMetadata(view, from, outcome) : undefined;
  if (relabelled) {
    ownership.update({ view, operation, live: from }, relabelled);
    return relabelled;
  }
  const patched = verbatim === undefined ? {} : { patched: { original: from, verbatim } };
  const object = decodeOutcome(view.kind, outcome, operation, { ...options, ...patched });
  ownership.update({ view, operation, live: from }, object);
  return view.stored(object);
}

/** The undecoded outcome of a patch to an object of a schema. */
export function changeByPatch(schema: Message, kind: PatchKind, from: KubernetesObject, patch: unknown): unknown {
  return change(rulesOf(schema), kind, from, patch);
}

function change(rules: StructRules | undefined, kind: PatchKind, from: KubernetesObject, patch: unknown): unknown {
  const original = from as unknown as JsonObject;
  try {
    if (kind === "json") return jsonPatch(original, patch);
    if (kind === "merge") return mergePatch(original, patch);
    return strategicMergePatch(rules!, original, patch);
  } catch (error) {
    throw error instanceof PatchError ? patchStatus(error, patch) : error;
  }
}

function patchStatus({ code, message }: PatchError, patch: unknown): Error {
  switch (code) {
    case "BadRequest":
      return errors.badRequest(message);
    case "RequestEntityTooLarge":
      return errors.entityTooLargeBecause(message);
    case "Unprocessable":
      return errors.unprocessable();
    case "Plain":
      return errors.plainFailure(message);
    case "Invalid":
      return errors.invalid({ group: "", kind: "", name: "" }, [invalidField(field("patch"), printGo(patch), message)]);
  }
}

async function applyObject(served: Served, call: Call, patch: Patch): Promise<UpdateResult> {
  const { storage, view, ownership, confine } = served;
  const { operation, info } = call;
  const force = isTrue(info.query.get("force"));
  const applied = checkApplied(served, patch.value);
  const outcome = (live?: KubernetesObject) => {
    const object = ownership.apply({ view, operation, ...(live && { live }) }, applied, force);
    reportTwice(patch, operation);
    const relabelled = live && withPatchedMetadata(view, live, object);
    return relabelled ?? decodeOutcome(view.kind, object, operation, { nulls: "kept" });
  };
  return updateObject(storage, operation, {
    derived: true,
    build: (live) => view.stored(outcome(view.served(live))),
    ...(confine ? { confine } : { create: () => createApplied(served, operation, outcome()) }),
  });
}

function nobodyThere(uid: string): string {
  return `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
}

function reportTwice(patch: Patch, { fieldValidation, warn }: Operation): void {
  const found = fieldValidation === "Ignore" ? [] : patch.duplicates();
  if (fieldValidation === "Strict" && found.length > 0)
    throw errors.badRequest(`error strict decoding YAML: error converting YAML to JSON: ${yamlProblem(found)}`);
  for (const duplicate of found) warn(duplicate);
}

/** Apply makes what is not there, whatever version the configuration was taken from. Its owner is noted already. */
function createApplied({ storage, view }: Served, operation: Operation, object: KubernetesObject): Promise<Entry> {
  const { resourceVersion: _, ...metadata } = object.metadata;
  settleNamespace(object, storage, operation);
  if (metadata.uid) throw errors.conflict(storage.info, operation.name, nobodyThere(metadata.uid));
  settleName(object, operation.name);
  const made = { ...object, metadata: metadata as KubernetesObject["metadata"] };
  view.resetStatus(made);
  return createObject(storage, operation, view.stored(made));
}

function notApplicable(value: unknown): string {
  const type = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}

/** The configuration, of this kind. */
function checkApplied({ view }: Served, value: unknown): KubernetesObject {
  if (value !== null && !isObject(value)) throw errors.badRequest(notApplicable(value));
  const applied = (value ?? {}) as unknown as KubernetesObject;
  const { apiVersion = "", kind = "", metadata } = applied;
  if (apiVersion !== view.info.apiVersion || kind !== view.info.kind) {
    const slash = apiVersion.includes("/") || apiVersion === "" ? apiVersion || "/" : `/${apiVersion}`;
    throw errors.badRequest(`invalid object type: ${slash}, Kind=${kind}`);
  }
  if (metadata?.managedFields) throw errors.badRequest("metadata.managedFields must be nil");
  return applied;
}
