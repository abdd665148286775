import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { definition, definitionsPath, openSchema } from "../../custom/testing/definitions.ts";
import { type ServerUnderTest, startServer } from "../../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

/** What is wrong with the definition; nothing where it is taken. */
async function refusal(options: Partial<Parameters<typeof definition>[0]>, annotations: object = {}): Promise<string> {
  const body = definition({ plural: "foos", kind: "Foo", group: "v.example.com", ...options });
  const answer = await api.ask("POST", `${definitionsPath}?dryRun=All`, {
    body: { ...body, metadata: { ...body.metadata, annotations } },
  });
  if (answer.status === 201) return "";
  assert.equal(answer.status, 422, answer.text);
  return answer.body.message.replace(/^.* is invalid: /, "");
}

const service = { namespace: "a", name: "b" };
const webhook = (clientConfig: object, conversionReviewVersions = ["v1"]) => ({
  more: { conversion: { strategy: "Webhook", webhook: { clientConfig, conversionReviewVersions } } },
});

const cases: readonly [string, Parameters<typeof refusal>[0], string][] = [
  ["a conversion webhook of a Service", webhook({ service }), ""],
  [
    "a conversion webhook over plain HTTP",
    webhook({ url: "http://a.b" }),
    "spec.conversion.webhookClientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]",
  ],
  [
    "an authority that is none",
    webhook({ service, caBundle: "AAAA" }),
    'spec.conversion.webhookClientConfig.caBundle: Invalid value: "AAAA": unable to load root certificates: unable to parse bytes as PEM block',
  ],
  [
    "a review version nobody knows",
    webhook({ service }, ["v9"]),
    'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
  ],
  [
    "a webhook beside the strategy None",
    { more: { conversion: { strategy: "None", webhook: { conversionReviewVersions: ["v1"] } } } },
    "spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook",
  ],
  [
    "no stored version",
    { version: { storage: false } },
    '[spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version, status.storedVersions: Invalid value: null: must have at least one stored version]',
  ],
  [
    "an empty deprecation warning",
    { version: { deprecated: true, deprecationWarning: "" } },
    'spec.versions[0].deprecationWarning: Invalid value: "": must not be an empty string',
  ],
  [
    "a group of the project's own",
    { group: "foo.k8s.io" },
    'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
  ],
  [
    "a rule for a reason nobody knows",
    { version: { schema: ruled({ rule: "true", reason: "Foo" }) } },
    'spec.validation.openAPIV3Schema.x-kubernetes-validations[0].reason: Unsupported value: "Foo": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
  ],
  [
    "a message over two lines",
    { version: { schema: ruled({ rule: "true", message: "a\nb" }) } },
    'spec.validation.openAPIV3Schema.x-kubernetes-validations[0].message: Invalid value: "a\\nb": must not contain line breaks',
  ],
];

function ruled(rule: object) {
  return { openAPIV3Schema: { ...openSchema.openAPIV3Schema, "x-kubernetes-validations": [rule] } };
}

for (const [what, options, expected] of cases)
  test(`a definition with ${what} is ${expected === "" ? "taken" : "refused in upstream's words"}`, async () => {
    assert.equal(await refusal(options), expected);
  });

test("what upstream takes is taken: alternatives with fields of their own, closed objects, typed int-or-strings", async () => {
  const properties = {
    a: { type: "object", anyOf: [{ properties: { x: { minLength: 1 } } }] },
    b: { type: "object", additionalProperties: false },
    c: { type: "string", "x-kubernetes-int-or-string": true },
  };
  assert.equal(await refusal({ version: { schema: { openAPIV3Schema: { type: "object", properties } } } }), "");
});

test("a group of the project's own is taken with an approval", async () => {
  const approval = { "api-approved.kubernetes.io": "https://github.com/kubernetes/kubernetes/pull/1" };
  assert.equal(await refusal({ group: "foo.k8s.io" }, approval), "");
});
