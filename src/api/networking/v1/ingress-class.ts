/** IngressClass. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, kind, message, string } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const ingressClassParametersReference = message("io.k8s.api.networking.v1.IngressClassParametersReference", {
  apiGroup: field(1, string, { pointer: true }),
  kind: field(2, string, { required: true }),
  name: field(3, string, { required: true }),
  scope: field(4, string, { always: true, pointer: true }),
  namespace: field(5, string, { pointer: true }),
});
export interface IngressClassParametersReference extends Infer<typeof ingressClassParametersReference> {}

export const ingressClassSpec = message("io.k8s.api.networking.v1.IngressClassSpec", {
  controller: field(1, string),
  parameters: field(2, ingressClassParametersReference),
});
export interface IngressClassSpec extends Infer<typeof ingressClassSpec> {}

export const ingressClass = kind("io.k8s.api.networking.v1.IngressClass", "networking.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, ingressClassSpec, { always: true }),
});
export interface IngressClass extends Infer<typeof ingressClass> {}

export const ingressClassList = listKind("io.k8s.api.networking.v1.IngressClassList", ingressClass);
export interface IngressClassList extends Infer<typeof ingressClassList> {}
