/** Schemas of custom resources: the definition is decoded and checked, and where it is good an object is put through it. */
import {
  apiextensionsv1,
  applyDefaults,
  clone,
  DecodeError,
  decodeJson,
  isStatusError,
  type KubernetesObject,
} from "../../../src/api/mod.ts";
import type { Definition } from "../../../src/apiserver/custom/definition.ts";
import { VersionSchema } from "../../../src/apiserver/custom/version-schema.ts";
import { validateDefinition } from "../../../src/apiserver/kinds/apiextensions/custom-resource-definition-validation.ts";
import type { Random } from "../../support/random.ts";
import { mutateJson } from "../mutate.ts";
import { type FuzzTarget, same } from "../target.ts";
import { definition, widget, wordsOf } from "./documents.ts";

const keywords = [
  "not",
  "anyOf",
  "allOf",
  "oneOf",
  "enum",
  "nullable",
  "default",
  "pattern",
  "format",
  "items",
  "properties",
  "additionalProperties",
  "$ref",
  "array",
  "object",
  "string",
  "integer",
  "number",
  "boolean",
  "int64",
  "double",
  "byte",
  "duration",
  "ipv4",
  "cidr",
  "uuid",
  "email",
  "uri",
  "x-kubernetes-map-type",
  "granular",
  "atomic",
  "self",
  "oldSelf",
  "self.all(x, x > 0)",
  "self == oldSelf",
  "optionalOldSelf",
  "(a+)+$",
  "[a-z",
  "\\p{L}+",
  "(?i)x",
  "a{1000}{1000}",
  "minItems",
  "uniqueItems",
  "exclusiveMinimum",
  "minProperties",
  "externalDocs",
  "title",
];

const [version] = definition.spec.versions;
const schema = version!.schema.openAPIV3Schema;
const parts = Object.entries(schema.properties.spec.properties).map(([name, part]) => ({
  type: "object",
  properties: { [name]: part },
}));

/** A definition whose only version has this schema, or its other parts, too, where the input names them. */
function around(input: Buffer): string {
  const given: unknown = JSON.parse(input.toString());
  const isVersion = typeof given === "object" && given !== null && "schema" in given;
  const versions = [isVersion ? given : { ...version, ...bare, schema: { openAPIV3Schema: given } }];
  const status = { storedVersions: ["v1"] };
  return JSON.stringify({ ...definition, spec: { ...definition.spec, versions }, status });
}

/** What refers to the schema would break with each change of it. */
const bare = { subresources: undefined, selectableFields: undefined };

export const customDefinition: FuzzTarget = {
  name: "definition",
  seeds: [
    JSON.stringify(schema),
    JSON.stringify(version),
    ...parts.map((part) => JSON.stringify({ type: "object", properties: { spec: part } })),
  ],
  dictionary: [...keywords, ...wordsOf(definition)],
  isJson: true,
  shortRun: 600,
  run(input, random) {
    const found = decodeJson(apiextensionsv1.customResourceDefinition, around(input), { validation: "Ignore" });
    applyDefaults(apiextensionsv1.customResourceDefinition, found);
    const errors = validateDefinition(found as Definition);
    if (errors.length > 0) throw new Refused(errors[0]!.message);
    for (const version of found.spec.versions) useSchema(new VersionSchema(found as Definition, version), random);
  },
  isExpected: (error) =>
    error instanceof DecodeError || error instanceof Refused || error instanceof SyntaxError || isStatusError(error),
};

/** What a definition is refused for, as an error. */
class Refused extends Error {}

const words = wordsOf(widget);

function useSchema(schema: VersionSchema, random: Random): void {
  const { applyRules } = schema;
  let old: KubernetesObject | undefined;
  for (let count = 0; count < 3; count++) {
    const spec = mutateJson(widget.spec, random, words, widget);
    const object = clone({ ...widget, spec }) as unknown as KubernetesObject;
    try {
      schema.settle(object);
    } catch (error) {
      if (error instanceof DecodeError) continue;
      throw error;
    }
    const settled = clone(object);
    same(schema.settle(settled), [], "what was pruned is pruned again");
    same(settled, object, "defaults are not stable");
    const errors = schema.validate(object, old);
    schema.validateRules(object, old, errors, () => {});
    if (errors.length === 0) old = object;
  }
  if (applyRules.kind !== "struct") throw new Error("the rules of apply are those of no struct");
}
