/** A body may hold a list of a hundred thousand items: none is looked at again for each of the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { batchv1, corev1, nodev1, storagev1 } from "../../api/mod.ts";
import { field } from "../validation/field-path.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateFailurePolicy } from "./batch/job-policy-validation.ts";
import { validateAffinity } from "./core/affinity-validation.ts";
import { validatePodUpdate } from "./core/pod-update-validation.ts";
import { validateProfileAnnotations } from "./core/profile-annotations.ts";
import { validateVolumeDevices, validateVolumeMounts } from "./core/volume-mount-validation.ts";
import { validateRuntimeClass } from "./node/runtime-class-validation.ts";
import { validateStorageClass } from "./storage/storage-class-validation.ts";

/** The value, with `read` called whenever anything in it is. */
function watched<T>(value: T, read: () => void): T {
  if (typeof value !== "object" || value === null) return value;
  const get = (target: object, key: string | symbol) => {
    read();
    return watched(Reflect.get(target, key), read);
  };
  return new Proxy<object>(value, { get }) as T;
}

const many = <T>(count: number, item: (position: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i));
const toleration = (i: number) => ({ key: `k${i}`, operator: "Exists" as const });
const gate = (i: number) => ({ name: `g${i}` });
const pod = (spec: object) =>
  ({ metadata: { name: "a" }, spec: { containers: [{ name: "a", image: "a" }], ...spec } }) as unknown as corev1.Pod;

type Watch = <T>(value: T) => T;
const update = (before: object, after: object) => validatePodUpdate(pod(after), pod(before), {} as never);

const validated: Readonly<Record<string, (count: number, watch: Watch) => unknown>> = {
  "tolerations that a pod had": (count, watch) => {
    const tolerations = watch(many(count, toleration));
    return update({ tolerations }, { tolerations: [...tolerations].reverse() });
  },
  "gates that a pod had": (count, watch) => {
    const schedulingGates = watch(many(count, gate));
    return update({ schedulingGates }, { schedulingGates: [...schedulingGates].reverse() });
  },
  "keys that match and do not": (count, watch) => {
    const mismatchLabelKeys = watch(many(count, (i) => `m${i}`));
    const term = {
      topologyKey: "a",
      labelSelector: {},
      matchLabelKeys: many(count, (i) => `k${i}`),
      mismatchLabelKeys,
    };
    return validateAffinity(
      { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
      field("a"),
      [],
    );
  },
  "tolerations of a runtime class": (count, watch) => {
    const tolerations = watch(many(count, toleration));
    return validateRuntimeClass({ handler: "a", scheduling: { tolerations } } as unknown as nodev1.RuntimeClass);
  },
  "exit codes": (count, watch) => {
    const onExitCodes = { operator: "In", values: watch(many(count, (i) => i + 1)) };
    const podFailurePolicy = { rules: [{ action: "FailJob", onExitCodes }] };
    return validateFailurePolicy({ podFailurePolicy, template: {} } as unknown as batchv1.JobSpec, field("a"));
  },
  "names of mounts and of devices": (count, watch) => {
    const volumeDevices = watch(many(count, (i) => ({ name: `d${i}`, devicePath: `/d${i}` })));
    const volumeMounts = watch(many(count, (i) => ({ name: `m${i}`, mountPath: `/m${i}` })));
    const container = { name: "a", image: "a", volumeDevices, volumeMounts } as unknown as corev1.Container;
    validateVolumeMounts(container, new Map(), field("a"), []);
    validateVolumeDevices(container, new Map(), field("a"), []);
  },
  "finalizers of an object that goes": (count, watch) => {
    const finalizers = watch(many(count, (i) => `a.b/f${i}`));
    const metadata = { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z" };
    const changed = { ...metadata, finalizers: [...finalizers].reverse() };
    return validateObjectMetaUpdate(changed, { ...metadata, finalizers }, { namespaced: false }, field("metadata"));
  },
  "containers that annotations give profiles": (count, watch) => {
    const containers = watch(many(count, (i) => ({ name: `c${i}` }))) as unknown as corev1.Container[];
    const key = (i: number) => `container.apparmor.security.beta.kubernetes.io/c${i}`;
    const annotations = Object.fromEntries(many(count, (i) => [key(i), "unconfined"]));
    validateProfileAnnotations(annotations, { containers }, field("a"), []);
  },
  "topologies of a storage class": (count, watch) => {
    const term = (i: number) => ({ matchLabelExpressions: [{ key: `k${i}`, values: ["v"] }] });
    const allowedTopologies = watch(many(count, term));
    return validateStorageClass({ provisioner: "a", allowedTopologies } as unknown as storagev1.StorageClass);
  },
  "values of a topology": (count, watch) => {
    const values = watch(many(count, (i) => `v${i}`));
    const allowedTopologies = [{ matchLabelExpressions: [{ key: "k", values }] }];
    return validateStorageClass({ provisioner: "a", allowedTopologies } as unknown as storagev1.StorageClass);
  },
};

for (const [what, validate] of Object.entries(validated))
  test(`ten times as many are read some ten times as often: ${what}`, () => {
    const readings = (count: number) => {
      let readings = 0;
      validate(count, (value) => watched(value, () => readings++));
      return readings;
    };
    const [few, ten] = [readings(40), readings(400)];
    assert.ok(few >= 40 && ten < 15 * few, `40 items: ${few} readings, 400: ${ten}`);
  });
