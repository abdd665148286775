/** Schemas as upstream prints them in messages: by the inner names of their keywords, every one of them, in this order. */
import type { apiextensionsv1 } from "../../../../api/mod.ts";
import { isObject } from "../../../apply/type-rules.ts";

type Schema = apiextensionsv1.JSONSchemaProps;
type Print = (value: never) => unknown;

const plain: Print = (value) => value;
const list: Print = (value: readonly Schema[]) => value.map(innerSchema);
const map: Print = (value: Readonly<Record<string, Schema>>) =>
  Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, innerSchema(value[name]!)]),
  );
const schemaOrBoolean: Print = (value: Schema | boolean) =>
  isObject(value) ? { Allows: true, Schema: innerSchema(value as Schema) } : { Allows: value, Schema: null };
const items: Print = (value: Schema) => ({ Schema: innerSchema(value), JSONSchemas: null });
const documents: Print = ({ description = "", url = "" }: apiextensionsv1.ExternalDocumentation) => ({
  Description: description,
  URL: url,
});
const rules: Print = (value: readonly apiextensionsv1.ValidationRule[]) =>
  value.map((rule) => ({
    Rule: rule.rule,
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }));

/** Inner name, keyword, what stands there where the schema does not say, and how the value is printed. */
const keywords: readonly (readonly [string, keyof Schema, unknown, Print?])[] = [
  ["ID", "id", ""],
  ["Schema", "$schema", ""],
  ["Ref", "$ref", null],
  ["Description", "description", ""],
  ["Type", "type", ""],
  ["Nullable", "nullable", false],
  ["Format", "format", ""],
  ["Title", "title", ""],
  ["Default", "default", null],
  ["Maximum", "maximum", null],
  ["ExclusiveMaximum", "exclusiveMaximum", false],
  ["Minimum", "minimum", null],
  ["ExclusiveMinimum", "exclusiveMinimum", false],
  ["MaxLength", "maxLength", null],
  ["MinLength", "minLength", null],
  ["Pattern", "pattern", ""],
  ["MaxItems", "maxItems", null],
  ["MinItems", "minItems", null],
  ["UniqueItems", "uniqueItems", false],
  ["MultipleOf", "multipleOf", null],
  ["Enum", "enum", null],
  ["MaxProperties", "maxProperties", null],
  ["MinProperties", "minProperties", null],
  ["Required", "required", null],
  ["Items", "items", null, items],
  ["AllOf", "allOf", null, list],
  ["OneOf", "oneOf", null, list],
  ["AnyOf", "anyOf", null, list],
  ["Not", "not", null, (value: Schema) => innerSchema(value)],
  ["Properties", "properties", null, map],
  ["AdditionalProperties", "additionalProperties", null, schemaOrBoolean],
  ["PatternProperties", "patternProperties", null, map],
  ["Dependencies", "dependencies", null],
  ["AdditionalItems", "additionalItems", null, schemaOrBoolean],
  ["Definitions", "definitions", null, map],
  ["ExternalDocs", "externalDocs", null, documents],
  ["Example", "example", null],
  ["XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", null],
  ["XEmbeddedResource", "x-kubernetes-embedded-resource", false],
  ["XIntOrString", "x-kubernetes-int-or-string", false],
  ["XListMapKeys", "x-kubernetes-list-map-keys", null],
  ["XListType", "x-kubernetes-list-type", null],
  ["XMapType", "x-kubernetes-map-type", null],
  ["XValidations", "x-kubernetes-validations", null, rules],
];

export function innerSchema(schema: Schema): object {
  const printed: Record<string, unknown> = {};
  for (const [name, keyword, otherwise, print = plain] of keywords) {
    const value = schema[keyword];
    printed[name] = value === undefined ? otherwise : print(value as never);
  }
  return printed;
}
