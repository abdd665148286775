/** APIService: who serves a group and version. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, bytes, field, int32, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const serviceReference = message("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.ServiceReference", {
  namespace: field(1, string),
  name: field(2, string),
  port: field(3, int32, { pointer: true }),
});
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const apiServiceSpec = message("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec", {
  service: field(1, serviceReference),
  group: field(2, string),
  version: field(3, string),
  insecureSkipTLSVerify: field(4, boolean),
  caBundle: field(5, bytes),
  groupPriorityMinimum: field(7, int32, { required: true, default: 0 }),
  versionPriority: field(8, int32, { required: true, default: 0 }),
});
export interface APIServiceSpec extends Infer<typeof apiServiceSpec> {}

export const apiServiceCondition = message("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceCondition", {
  type: field(1, string, { required: true }),
  status: field(2, string, { required: true }),
  lastTransitionTime: field(3, time, { always: true }),
  reason: field(4, string),
  message: field(5, string),
});
export interface APIServiceCondition extends Infer<typeof apiServiceCondition> {}

export const apiServiceStatus = message("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus", {
  conditions: field(1, list(apiServiceCondition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
});
export interface APIServiceStatus extends Infer<typeof apiServiceStatus> {}

export const apiService = kind(
  "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
  "apiregistration.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, apiServiceSpec, { always: true }),
    status: field(3, apiServiceStatus, { always: true }),
  },
);
export interface APIService extends Infer<typeof apiService> {}

export const apiServiceList = listKind("io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList", apiService);
export interface APIServiceList extends Infer<typeof apiServiceList> {}
