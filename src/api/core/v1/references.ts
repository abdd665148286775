/** How one object names another, or one field of itself. */
import { boolean, field, inline, int32, message, quantity, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const localObjectReference = message(
  "io.k8s.api.core.v1.LocalObjectReference",
  {
    name: field(1, string, { default: "" }),
  },
  { mapType: "atomic" },
);
export interface LocalObjectReference extends Infer<typeof localObjectReference> {}

export const configMapKeySelector = message(
  "io.k8s.api.core.v1.ConfigMapKeySelector",
  {
    localObjectReference: inline(1, localObjectReference),
    key: field(2, string, { required: true }),
    optional: field(3, boolean, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface ConfigMapKeySelector extends Infer<typeof configMapKeySelector> {}

export const fileKeySelector = message(
  "io.k8s.api.core.v1.FileKeySelector",
  {
    volumeName: field(1, string, { required: true }),
    path: field(2, string, { required: true }),
    key: field(3, string, { required: true }),
    optional: field(4, boolean, { pointer: true, default: false }),
  },
  { mapType: "atomic" },
);
export interface FileKeySelector extends Infer<typeof fileKeySelector> {}

export const keyToPath = message("io.k8s.api.core.v1.KeyToPath", {
  key: field(1, string, { required: true }),
  path: field(2, string, { required: true }),
  mode: field(3, int32, { pointer: true }),
});
export interface KeyToPath extends Infer<typeof keyToPath> {}

export const objectFieldSelector = message(
  "io.k8s.api.core.v1.ObjectFieldSelector",
  {
    apiVersion: field(1, string),
    fieldPath: field(2, string, { required: true }),
  },
  { mapType: "atomic" },
);
export interface ObjectFieldSelector extends Infer<typeof objectFieldSelector> {}

export const objectReference = message(
  "io.k8s.api.core.v1.ObjectReference",
  {
    kind: field(1, string),
    namespace: field(2, string),
    name: field(3, string),
    uid: field(4, string),
    apiVersion: field(5, string),
    resourceVersion: field(6, string),
    fieldPath: field(7, string),
  },
  { mapType: "atomic" },
);
export interface ObjectReference extends Infer<typeof objectReference> {}

export const resourceFieldSelector = message(
  "io.k8s.api.core.v1.ResourceFieldSelector",
  {
    containerName: field(1, string),
    resource: field(2, string, { required: true }),
    divisor: field(3, quantity, { always: true }),
  },
  { mapType: "atomic" },
);
export interface ResourceFieldSelector extends Infer<typeof resourceFieldSelector> {}

export const secretKeySelector = message(
  "io.k8s.api.core.v1.SecretKeySelector",
  {
    localObjectReference: inline(1, localObjectReference),
    key: field(2, string, { required: true }),
    optional: field(3, boolean, { pointer: true }),
  },
  { mapType: "atomic" },
);
export interface SecretKeySelector extends Infer<typeof secretKeySelector> {}

export const secretReference = message(
  "io.k8s.api.core.v1.SecretReference",
  {
    name: field(1, string),
    namespace: field(2, string),
  },
  { mapType: "atomic" },
);
export interface SecretReference extends Infer<typeof secretReference> {}

export const typedLocalObjectReference = message(
  "io.k8s.api.core.v1.TypedLocalObjectReference",
  {
    apiGroup: field(1, string, { always: true, pointer: true }),
    kind: field(2, string, { required: true }),
    name: field(3, string, { required: true }),
  },
  { mapType: "atomic" },
);
export interface TypedLocalObjectReference extends Infer<typeof typedLocalObjectReference> {}

export const typedObjectReference = message("io.k8s.api.core.v1.TypedObjectReference", {
  apiGroup: field(1, string, { always: true, pointer: true }),
  kind: field(2, string, { required: true }),
  name: field(3, string, { required: true }),
  namespace: field(4, string, { pointer: true }),
});
export interface TypedObjectReference extends Infer<typeof typedObjectReference> {}
