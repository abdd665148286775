/** The scale subresource: the replicas of any kind that has some, in one form (autoscaling/v1 Scale). */
import { autoscalingv1, clone, type KubernetesObject, type metav1, StatusError } from "../../../api/mod.ts";
import * as errors from "../../errors.ts";
import type { Answer } from "../../request/answer.ts";
import type { Call, Endpoint } from "../../request/call.ts";
import { decodeOutcome } from "../../request/decode.ts";
import { isTrue } from "../../request/request-info.ts";
import { invalid as invalidField } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { assertDeclared } from "../managed-field-ownership.ts";
import type { Operation } from "../operation.ts";
import { changeByPatch } from "../patch.ts";
import type { Served } from "../served.ts";
import type { Strategy } from "../strategy.ts";
import { updateObject } from "../update.ts";
import { customScaleColumns, scaleColumns } from "./scale-columns.ts";

type Scaling = NonNullable<Strategy<KubernetesObject>["scale"]>;

const scaleKind = Object.freeze({
  group: "autoscaling",
  version: "v1",
  apiVersion: "autoscaling/v1",
  kind: "Scale",
  schema: autoscalingv1.scale,
});

export function scaleEndpoint(served: Served, scaling: Scaling): Endpoint {
  return {
    get: (call) => get(served, scaling, call),
    update: (call) => change(served, scaling, call, sentScale(call, served)),
    patch: (call) => change(served, scaling, call, patchMaker(call, served)),
  };
}

function answer(scale: autoscalingv1.Scale, { view: { info } }: Served): Answer {
  const columns = info.schema ? scaleColumns : customScaleColumns;
  const view = { info: scaleKind, strategy: { columns } };
  return { type: "object", status: 200, schema: autoscalingv1.scale, object: scale, view };
}

async function get(served: Served, scaling: Scaling, { operation }: Call): Promise<Answer> {
  const { object } = await served.storage.current(operation.namespace, operation.name);
  scaling.assertReadable?.(object);
  return answer(scaleOf(object, scaling), served);
}

function scaleOf(object: KubernetesObject, scaling: Scaling): autoscalingv1.Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = scaling.selector(object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicasOf(scaling.getReplicas(object)),
    status: { replicas: scaling.statusReplicas(object), ...(selector !== "" && { selector }) },
  };
}

/** Zero is not printed, as upstream has it. */
function replicasOf(replicas: number): autoscalingv1.ScaleSpec {
  return replicas === 0 ? {} : { replicas };
}

function readBody({ body, operation }: Call, { view }: Served): autoscalingv1.Scale {
  try {
    return body.object(scaleKind, operation) as unknown as autoscalingv1.Scale;
  } catch (error) {
    // Upstream reads it in a scheme that has the kinds of custom resources only.
    const isOther = error instanceof StatusError && /^.* cannot be handled as a Scale: no kind/.test(error.message);
    if (view.info.schema || !isOther) throw error;
    throw errors.badRequest('no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:111"');
  }
}

/** Read, and named, whether there is such an object or not. */
function sentScale(call: Call, served: Served): MakeScale {
  const scale = readBody(call, served);
  assertName(scale, call.operation);
  return () => scale;
}

type MakeScale = (present: autoscalingv1.Scale) => autoscalingv1.Scale;

/** Custom resources take no strategic merge here either. */
function sentPatch({ body }: Call, { view }: Served) {
  return body.patch(view.info.schema ? ["json", "merge", "strategic", "apply"] : ["json", "merge", "apply"]);
}

function patchMaker(call: Call, served: Served): MakeScale {
  const patch = sentPatch(call, served);
  const { kind, written } = patch;
  const { value } = written ?? patch;
  if (kind === "apply") {
    assertScale(value as Partial<KubernetesObject>);
    assertDeclared(autoscalingv1.scale, value as KubernetesObject);
  }
  return (present) => {
    const by = kind === "apply" ? "merge" : kind;
    const changed = changeByPatch(autoscalingv1.scale, by, present as unknown as KubernetesObject, value);
    return decodeOutcome(scaleKind, changed, call.operation, { written }) as unknown as autoscalingv1.Scale;
  };
}

function assertScale({ apiVersion = "", kind = "" }: Partial<KubernetesObject>): void {
  if (apiVersion === scaleKind.apiVersion && kind === scaleKind.kind) return;
  const place = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  throw errors.badRequest(`invalid object type: ${place}, Kind=${kind}`);
}

async function change(served: Served, scaling: Scaling, call: Call, make: MakeScale): Promise<Answer> {
  const { storage, view, ownership } = served;
  const { operation } = call;
  const applies = call.request.verb === "patch" && sentPatch(call, served).kind === "apply";
  const { entry } = await updateObject(storage, operation, {
    build(live) {
      const scale = make(scaleOf(live, scaling));
      check(scale, operation, view.info.schema !== undefined);
      if (applies) return apply(served, scaling, call, live, scale.spec?.replicas ?? 0);
      const object = clone(live);
      scaling.setReplicas(object, scale.spec?.replicas ?? 0);
      object.metadata.resourceVersion = scale.metadata.resourceVersion || live.metadata.resourceVersion;
      if (scale.metadata.uid) object.metadata.uid = scale.metadata.uid;
      ownership.update({ view, operation, live }, object);
      return withoutTime(object, operation);
    },
    derived: call.request.verb === "patch",
  });
  return answer(scaleOf(view.object(entry), scaling), served);
}

/** The replicas are owned on the object itself, as what the subresource set. */
function apply(
  { view, ownership }: Served,
  scaling: Scaling,
  { operation, info }: Call,
  live: KubernetesObject,
  replicas: number,
): KubernetesObject {
  const { apiVersion, kind } = view.info;
  const applied = { apiVersion, kind, metadata: { name: operation.name }, spec: {} } as unknown as KubernetesObject;
  scaling.setReplicas(applied, replicas);
  try {
    const outcome = ownership.apply({ view, operation, live }, applied, isTrue(info.query.get("force")));
    return withoutTime(decodeOutcome(view.kind, outcome, operation), operation);
  } catch (error) {
    throw error instanceof StatusError ? inWordsOfScale(error, apiVersion) : error;
  }
}

/** Upstream loses the time on the way from the scale to the object, and who has none comes first of its operation. */
function withoutTime(object: KubernetesObject, { fieldManager }: Operation): KubernetesObject {
  const { managedFields } = object.metadata;
  if (!managedFields) return object;
  const entries = managedFields.map((entry) => {
    if (entry.subresource !== "scale" || entry.manager !== fieldManager) return entry;
    const { time: _time, ...timeless } = entry;
    return timeless;
  });
  const order = ({ operation = "", time = "" }: metav1.ManagedFieldsEntry) => `${operation} ${time}`;
  object.metadata.managedFields = entries.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  return object;
}

/** Owners of the replicas are shown as owners of a scale. */
function inWordsOfScale({ status }: StatusError, apiVersion: string): StatusError {
  const text = JSON.stringify(status).replaceAll(` using ${apiVersion}`, " using autoscaling/v1");
  return new StatusError(JSON.parse(text) as metav1.Status);
}

/** The replicas of a custom resource are judged where they lie in the object. */
function assertName({ metadata }: autoscalingv1.Scale, { name }: Operation): void {
  if (metadata.name && metadata.name !== name)
    throw errors.badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}

function check(scale: autoscalingv1.Scale, operation: Operation, judged: boolean): void {
  assertName(scale, operation);
  const { metadata, spec } = scale;
  const { name, namespace } = operation;
  if (metadata.namespace && metadata.namespace !== namespace)
    throw errors.badRequest("the namespace of the provided object does not match the namespace sent on the request");
  const replicas = spec?.replicas ?? 0;
  if (replicas >= 0 || !judged) return;
  const why = invalidField(field("spec", "replicas"), replicas, "must be greater than or equal to 0");
  throw errors.invalid({ group: "autoscaling", kind: "Scale", name }, [why]);
}
