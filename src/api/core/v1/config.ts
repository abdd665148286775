/** What workloads are given: ConfigMap, Secret, ServiceAccount. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, bytes, field, kind, list, map, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { localObjectReference, objectReference } from "./references.ts";

export const configMap = kind("io.k8s.api.core.v1.ConfigMap", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  data: field(2, map(string)),
  binaryData: field(3, map(bytes)),
  immutable: field(4, boolean, { pointer: true }),
});
export interface ConfigMap extends Infer<typeof configMap> {}

export const configMapList = listKind("io.k8s.api.core.v1.ConfigMapList", configMap);
export interface ConfigMapList extends Infer<typeof configMapList> {}

export const secret = kind("io.k8s.api.core.v1.Secret", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  data: field(2, map(bytes)),
  type: field(3, string),
  stringData: field(4, map(string)),
  immutable: field(5, boolean, { pointer: true }),
});
export interface Secret extends Infer<typeof secret> {}

export const secretList = listKind("io.k8s.api.core.v1.SecretList", secret);
export interface SecretList extends Infer<typeof secretList> {}

export const serviceAccount = kind("io.k8s.api.core.v1.ServiceAccount", "v1", {
  metadata: field(1, objectMeta, { always: true }),
  secrets: field(2, list(objectReference, { listType: "map", listMapKeys: ["name"] }), {
    patchStrategy: "merge",
    patchMergeKey: "name",
  }),
  imagePullSecrets: field(3, list(localObjectReference, { listType: "atomic" })),
  automountServiceAccountToken: field(4, boolean, { pointer: true }),
});
export interface ServiceAccount extends Infer<typeof serviceAccount> {}

export const serviceAccountList = listKind("io.k8s.api.core.v1.ServiceAccountList", serviceAccount);
export interface ServiceAccountList extends Infer<typeof serviceAccountList> {}
