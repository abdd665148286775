/** The JSON schema of a custom resource. */
import {
  boolean,
  double,
  enumeration,
  field,
  int64,
  json,
  lazy,
  list,
  map,
  message,
  orBoolean,
  orList,
  orStrings,
  string,
} from "../../schema/language.ts";
import type { Infer, Message } from "../../schema/types.ts";

export const externalDocumentation = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ExternalDocumentation",
  {
    description: field(1, string),
    url: field(2, string),
  },
);
export interface ExternalDocumentation extends Infer<typeof externalDocumentation> {}

export const fieldValueErrorReason = enumeration(
  "FieldValueDuplicate",
  "FieldValueForbidden",
  "FieldValueInvalid",
  "FieldValueRequired",
);
export type FieldValueErrorReason = Infer<typeof fieldValueErrorReason>;

export const validationRule = message("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ValidationRule", {
  rule: field(1, string, { required: true }),
  message: field(2, string),
  messageExpression: field(3, string),
  reason: field(4, fieldValueErrorReason, { pointer: true }),
  fieldPath: field(5, string),
  optionalOldSelf: field(6, boolean, { pointer: true }),
});
export interface ValidationRule extends Infer<typeof validationRule> {}

// JSONSchemaProps contains itself, so its static type is written by hand below.
const lazyProps = lazy<JSONSchemaProps>(() => jsonSchemaProps);
export const jsonSchemaPropsOrArray = orList(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
  lazyProps,
);
export type JSONSchemaPropsOrArray = Infer<typeof jsonSchemaPropsOrArray>;
export const jsonSchemaPropsOrBool = orBoolean(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
  lazyProps,
);
export type JSONSchemaPropsOrBool = Infer<typeof jsonSchemaPropsOrBool>;
export const jsonSchemaPropsOrStringArray = orStrings(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
  lazyProps,
);
export type JSONSchemaPropsOrStringArray = Infer<typeof jsonSchemaPropsOrStringArray>;

export const jsonSchemaProps: Message<JSONSchemaProps> = message(
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps",
  {
    id: field(1, string),
    $schema: field(2, string),
    $ref: field(3, string, { pointer: true }),
    description: field(4, string),
    type: field(5, string),
    format: field(6, string),
    title: field(7, string),
    default: field(8, json),
    maximum: field(9, double, { pointer: true }),
    exclusiveMaximum: field(10, boolean),
    minimum: field(11, double, { pointer: true }),
    exclusiveMinimum: field(12, boolean),
    maxLength: field(13, int64, { pointer: true }),
    minLength: field(14, int64, { pointer: true }),
    pattern: field(15, string),
    maxItems: field(16, int64, { pointer: true }),
    minItems: field(17, int64, { pointer: true }),
    uniqueItems: field(18, boolean),
    multipleOf: field(19, double, { pointer: true }),
    enum: field(20, list(json, { listType: "atomic" })),
    maxProperties: field(21, int64, { pointer: true }),
    minProperties: field(22, int64, { pointer: true }),
    required: field(23, list(string, { listType: "atomic" })),
    items: field(24, jsonSchemaPropsOrArray),
    allOf: field(25, list(lazyProps, { listType: "atomic" })),
    oneOf: field(26, list(lazyProps, { listType: "atomic" })),
    anyOf: field(27, list(lazyProps, { listType: "atomic" })),
    not: field(28, lazyProps),
    properties: field(29, map(lazyProps)),
    additionalProperties: field(30, jsonSchemaPropsOrBool),
    patternProperties: field(31, map(lazyProps)),
    dependencies: field(32, map(jsonSchemaPropsOrStringArray)),
    additionalItems: field(33, jsonSchemaPropsOrBool),
    definitions: field(34, map(lazyProps)),
    externalDocs: field(35, externalDocumentation),
    example: field(36, json),
    nullable: field(37, boolean),
    "x-kubernetes-preserve-unknown-fields": field(38, boolean, { pointer: true }),
    "x-kubernetes-embedded-resource": field(39, boolean),
    "x-kubernetes-int-or-string": field(40, boolean),
    "x-kubernetes-list-map-keys": field(41, list(string, { listType: "atomic" })),
    "x-kubernetes-list-type": field(42, string, { pointer: true }),
    "x-kubernetes-map-type": field(43, string, { pointer: true }),
    "x-kubernetes-validations": field(44, list(validationRule, { listType: "map", listMapKeys: ["rule"] }), {
      patchStrategy: "merge",
      patchMergeKey: "rule",
    }),
  },
);
export interface JSONSchemaProps {
  id?: string;
  $schema?: string;
  $ref?: string;
  description?: string;
  type?: string;
  format?: string;
  title?: string;
  default?: unknown;
  maximum?: number;
  exclusiveMaximum?: boolean;
  minimum?: number;
  exclusiveMinimum?: boolean;
  maxLength?: number;
  minLength?: number;
  pattern?: string;
  maxItems?: number;
  minItems?: number;
  uniqueItems?: boolean;
  multipleOf?: number;
  enum?: unknown[];
  maxProperties?: number;
  minProperties?: number;
  required?: string[];
  items?: JSONSchemaPropsOrArray;
  allOf?: JSONSchemaProps[];
  oneOf?: JSONSchemaProps[];
  anyOf?: JSONSchemaProps[];
  not?: JSONSchemaProps;
  properties?: { [key: string]: JSONSchemaProps };
  additionalProperties?: JSONSchemaPropsOrBool;
  patternProperties?: { [key: string]: JSONSchemaProps };
  dependencies?: { [key: string]: JSONSchemaPropsOrStringArray };
  additionalItems?: JSONSchemaPropsOrBool;
  definitions?: { [key: string]: JSONSchemaProps };
  externalDocs?: ExternalDocumentation;
  example?: unknown;
  nullable?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-map-type"?: string;
  "x-kubernetes-validations"?: ValidationRule[];
}
