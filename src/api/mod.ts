/** The API of Kubernetes 1.36: its kinds and what is derived from them. */
export * as admissionregistrationv1 from "./admissionregistration/v1.ts";
export * as apiextensionsv1 from "./apiextensions/v1.ts";
export * as apiregistrationv1 from "./apiregistration/v1.ts";
export * as appsv1 from "./apps/v1.ts";
export * as authenticationv1 from "./authentication/v1.ts";
export * as authorizationv1 from "./authorization/v1.ts";
export * as autoscalingv1 from "./autoscaling/v1.ts";
export * as autoscalingv2 from "./autoscaling/v2.ts";
export * as batchv1 from "./batch/v1.ts";
export * as certificatesv1 from "./certificates/v1.ts";
export { cannotBeHandled, DecodeError, unrecognized } from "./codec/decode-error.ts";
export {
  decodeProtobuf,
  encodeProtobuf,
  hasEnvelope,
  joinProtobufList,
  wrapProtobuf,
} from "./codec/envelope.ts";
export { givenEmpty } from "./codec/given-empty.ts";
export { readJsonAsYaml } from "./codec/json-as-yaml.ts";
export {
  type DecodeOptions,
  decodeIfClean,
  decodeJson,
  duplicateFields,
  normalize,
  readJsonObject,
} from "./codec/json-decode.ts";
export { printJson } from "./codec/json-encode.ts";
export { surveyJson } from "./codec/json-survey.ts";
export { JsonSyntaxError, parseJson, syntaxProblem } from "./codec/json-text.ts";
export { cloneBeside, type Present } from "./codec/present.ts";
export { decodeMessage } from "./codec/protobuf-decode.ts";
export { encodeMessage } from "./codec/protobuf-encode.ts";
export { protobufWatchEvent, type WatchFrame, WatchFrameReader } from "./codec/watch-frames.ts";
export { WireError, WireReader, wireType } from "./codec/wire-reader.ts";
export { WireWriter } from "./codec/wire-writer.ts";
export { hasWrittenNumbers, WrittenNumbers } from "./codec/written-numbers.ts";
export {
  decodeYaml,
  parseYaml,
  parseYamlDocuments,
  parseYamlText,
  stringifyYaml,
  type YamlText,
  yamlProblem,
} from "./codec/yaml.ts";
export { YamlThreads } from "./codec/yaml-thread.ts";
export { findCondition, isConditionTrue } from "./conditions.ts";
export * as coordinationv1 from "./coordination/v1.ts";
export * as corev1 from "./core/v1.ts";
export { applyDefaults } from "./defaults/apply.ts";
export * as discoveryv1 from "./discovery/v1.ts";
export { classDescriptionsFrom, moduleDescriptionsFrom } from "./documents/descriptions.ts";
export {
  type AggregatedGroup,
  aggregatedDiscoveryDocument,
  apiGroupDocument,
  apiGroupListDocument,
  apiResourceListDocument,
  apiVersionsDocument,
  type ServedGroup,
  type ServedVersion,
} from "./documents/discovery.ts";
export { type OpenApiOptions, openApiV2, openApiV3, openApiV3Prefixes } from "./documents/openapi.ts";
export type { TypeNames } from "./documents/openapi-operations.ts";
export { openApiV2Protobuf } from "./documents/openapi-protobuf.ts";
export type { Descriptions, OpenApiNode } from "./documents/openapi-schema.ts";
export {
  ignoreNotFound,
  isAlreadyExists,
  isBadRequest,
  isConflict,
  isForbidden,
  isGone,
  isInvalid,
  isMethodNotSupported,
  isNamespaceTerminating,
  isNotFound,
  isStatusError,
  isUnauthorized,
  StatusError,
  statusFailure,
} from "./errors.ts";
export * as eventsv1 from "./events/v1.ts";
export * as flowcontrolv1 from "./flowcontrol/v1.ts";
export { type DurationError, parseGoDuration } from "./go-duration.ts";
export { type ApiGroupInfo, apiGroups } from "./groups.ts";
export { age, humanDuration } from "./human-duration.ts";
export { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from "./json-patch.ts";
export * as metav1 from "./meta/v1.ts";
export {
  cIdentifierProblems,
  configMapKeyProblems,
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  environmentVariableNameProblems,
  httpHeaderNameProblems,
  isDns1123Label,
  isDns1123Subdomain,
  labelValueProblems,
  pathSegmentProblems,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from "./names.ts";
export * as networkingv1 from "./networking/v1.ts";
export * as nodev1 from "./node/v1.ts";
export {
  clone,
  type Draft,
  deepFreeze,
  getKey,
  isShared,
  type KubernetesObject,
  ownPart,
  setKey,
  sortKeys,
} from "./object.ts";
export { inOnePiece } from "./one-piece.ts";
export {
  type AmountKind,
  type Amounts,
  addAmounts,
  containerAmounts,
  isHugePages,
  isResourceOfPods,
} from "./pod-amounts.ts";
export * as policyv1 from "./policy/v1.ts";
export {
  addQuantities,
  compareQuantities,
  maxQuantity,
  parseQuantity,
  Quantity,
  QuantityError,
  type QuantityFormat,
  quantityCanonical,
  quantityOf,
  subtractQuantities,
} from "./quantity.ts";
export { respelledAs } from "./quantity-spelling.ts";
export * as rbacv1 from "./rbac/v1.ts";
export * as resourcev1 from "./resource/v1.ts";
export { allVerbs, connection, ownSubresource, type ResourceInfo, resource, type SubresourceInfo } from "./resource.ts";
export { ResourceCatalogue } from "./resource-catalogue.ts";
export { allResources, builtInResources, resources } from "./resources.ts";
export * as schedulingv1 from "./scheduling/v1.ts";
export * as schema from "./schema/language.ts";
export type * from "./schema/types.ts";
export { apiVersionOf, jsonFields, resolved } from "./schema/walk.ts";
export { scalarZero } from "./schema/zero.ts";
export { type FieldRequirement, FieldSelector, parseFieldSelector } from "./selectors/field-selector.ts";
export { labelSelectorAsSelector } from "./selectors/label-selector.ts";
export {
  nodeSelectorMatches,
  nodeSelectorTermMatches,
  podAcceptsNode,
  type SelectableNode,
} from "./selectors/node-selector.ts";
export { parseLabelSelector } from "./selectors/parse.ts";
export {
  everything,
  type Labels,
  type Requirement,
  Selector,
  SelectorError,
  type SelectorOperator,
} from "./selectors/selector.ts";
export { tolerates, toleratesTaint } from "./selectors/tolerations.ts";
export * as storagev1 from "./storage/v1.ts";
export { formatMicroTime, formatTime, parseTime } from "./time.ts";
