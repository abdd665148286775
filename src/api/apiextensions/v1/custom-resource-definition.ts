/** CustomResourceDefinition. */
import { listKind } from "../../meta/v1/list-kind.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, bytes, field, int32, int64, kind, list, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";
import { jsonSchemaProps } from "./json-schema.ts";

export const customResourceColumnDefinition = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceColumnDefinition",
  {
    name: field(1, string, { required: true }),
    type: field(2, string, { required: true }),
    format: field(3, string),
    description: field(4, string),
    priority: field(5, int32),
    jsonPath: field(6, string, { required: true }),
  },
);
export interface CustomResourceColumnDefinition extends Infer<typeof customResourceColumnDefinition> {}

export const serviceReference = message("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ServiceReference", {
  namespace: field(1, string, { required: true }),
  name: field(2, string, { required: true }),
  path: field(3, string, { pointer: true }),
  port: field(4, int32, { pointer: true }),
});
export interface ServiceReference extends Infer<typeof serviceReference> {}

export const webhookClientConfig = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookClientConfig",
  {
    service: field(1, serviceReference),
    caBundle: field(2, bytes),
    url: field(3, string, { pointer: true }),
  },
);
export interface WebhookClientConfig extends Infer<typeof webhookClientConfig> {}

export const webhookConversion = message("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.WebhookConversion", {
  clientConfig: field(2, webhookClientConfig),
  conversionReviewVersions: field(3, list(string, { listType: "atomic" }), { required: true }),
});
export interface WebhookConversion extends Infer<typeof webhookConversion> {}

export const customResourceConversion = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceConversion",
  {
    strategy: field(1, string, { required: true }),
    webhook: field(2, webhookConversion),
  },
);
export interface CustomResourceConversion extends Infer<typeof customResourceConversion> {}

export const customResourceDefinitionNames = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionNames",
  {
    plural: field(1, string, { required: true }),
    singular: field(2, string),
    shortNames: field(3, list(string, { listType: "atomic" })),
    kind: field(4, string, { required: true }),
    listKind: field(5, string),
    categories: field(6, list(string, { listType: "atomic" })),
  },
);
export interface CustomResourceDefinitionNames extends Infer<typeof customResourceDefinitionNames> {}

export const customResourceSubresourceScale = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceScale",
  {
    specReplicasPath: field(1, string, { required: true }),
    statusReplicasPath: field(2, string, { required: true }),
    labelSelectorPath: field(3, string, { pointer: true }),
  },
);
export interface CustomResourceSubresourceScale extends Infer<typeof customResourceSubresourceScale> {}

export const customResourceSubresourceStatus = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus",
  {},
);
export interface CustomResourceSubresourceStatus extends Infer<typeof customResourceSubresourceStatus> {}

export const customResourceSubresources = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresources",
  {
    status: field(1, customResourceSubresourceStatus),
    scale: field(2, customResourceSubresourceScale),
  },
);
export interface CustomResourceSubresources extends Infer<typeof customResourceSubresources> {}

export const customResourceValidation = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceValidation",
  {
    openAPIV3Schema: field(1, jsonSchemaProps),
  },
);
export interface CustomResourceValidation extends Infer<typeof customResourceValidation> {}

export const selectableField = message("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.SelectableField", {
  jsonPath: field(1, string, { required: true }),
});
export interface SelectableField extends Infer<typeof selectableField> {}

export const customResourceDefinitionVersion = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion",
  {
    name: field(1, string, { required: true }),
    served: field(2, boolean, { required: true, default: false }),
    storage: field(3, boolean, { required: true, default: false }),
    schema: field(4, customResourceValidation),
    subresources: field(5, customResourceSubresources),
    additionalPrinterColumns: field(6, list(customResourceColumnDefinition, { listType: "atomic" })),
    deprecated: field(7, boolean),
    deprecationWarning: field(8, string, { pointer: true }),
    selectableFields: field(9, list(selectableField, { listType: "atomic" })),
  },
);
export interface CustomResourceDefinitionVersion extends Infer<typeof customResourceDefinitionVersion> {}

export const customResourceDefinitionSpec = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionSpec",
  {
    group: field(1, string, { required: true }),
    names: field(3, customResourceDefinitionNames, { required: true }),
    scope: field(4, string, { required: true }),
    versions: field(7, list(customResourceDefinitionVersion, { listType: "atomic" }), { required: true }),
    conversion: field(9, customResourceConversion),
    preserveUnknownFields: field(10, boolean),
  },
);
export interface CustomResourceDefinitionSpec extends Infer<typeof customResourceDefinitionSpec> {}

export const customResourceDefinitionCondition = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionCondition",
  {
    type: field(1, string, { required: true }),
    status: field(2, string, { required: true }),
    lastTransitionTime: field(3, time, { always: true }),
    reason: field(4, string),
    message: field(5, string),
    observedGeneration: field(6, int64),
  },
);
export interface CustomResourceDefinitionCondition extends Infer<typeof customResourceDefinitionCondition> {}

export const customResourceDefinitionStatus = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionStatus",
  {
    conditions: field(1, list(customResourceDefinitionCondition, { listType: "map", listMapKeys: ["type"] }), {
      always: true,
    }),
    acceptedNames: field(2, customResourceDefinitionNames, { always: true }),
    storedVersions: field(3, list(string, { listType: "atomic" }), { always: true }),
    observedGeneration: field(4, int64),
  },
);
export interface CustomResourceDefinitionStatus extends Infer<typeof customResourceDefinitionStatus> {}

export const customResourceDefinition = kind(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  "apiextensions.k8s.io/v1",
  {
    metadata: field(1, objectMeta, { always: true }),
    spec: field(2, customResourceDefinitionSpec, { required: true }),
    status: field(3, customResourceDefinitionStatus, { always: true }),
  },
);
export interface CustomResourceDefinition extends Infer<typeof customResourceDefinition> {}

export const customResourceDefinitionList = listKind(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList",
  customResourceDefinition,
);
export interface CustomResourceDefinitionList extends Infer<typeof customResourceDefinitionList> {}
