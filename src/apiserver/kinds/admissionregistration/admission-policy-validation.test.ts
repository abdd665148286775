import assert from "node:assert/strict";
import { test } from "node:test";
import type { admissionregistrationv1 } from "../../../api/mod.ts";
import type { FieldError } from "../../validation/field-error.ts";
import {
  validateMutatingPolicy,
  validateValidatingBinding,
  validateValidatingPolicy,
  validateValidatingPolicyStatus,
} from "./admission-policy-validation.ts";
import { validateWebhooks } from "./webhook-validation.ts";

const pods = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] };
const common = { failurePolicy: "Fail", matchConstraints: { resourceRules: [pods] } };

function told(errors: readonly FieldError[]): string[] {
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

function validating(spec: object): string[] {
  const object = { metadata: { name: "p" }, spec: { ...common, validations: [{ expression: "true" }], ...spec } };
  return told(validateValidatingPolicy(object as admissionregistrationv1.ValidatingAdmissionPolicy));
}

function mutating(spec: object): string[] {
  const object = { metadata: { name: "p" }, spec: { ...common, reinvocationPolicy: "Never", ...spec } };
  return told(validateMutatingPolicy(object as admissionregistrationv1.MutatingAdmissionPolicy));
}

test("expressions that do not compile are told in the compiler's words", () => {
  assert.deepEqual(validating({ validations: [{ expression: "foo" }] }), [
    "spec.validations[0].expression: Invalid value: \"foo\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'foo' (in container '')\n | foo\n | ^",
  ]);
  assert.deepEqual(validating({ validations: [{ expression: " " }] }), [
    "spec.validations[0].expression: Required value: expression is not specified",
  ]);
});

test("expressions must answer what their place wants", () => {
  const validations = [{ expression: "1", messageExpression: "object.x" }];
  assert.deepEqual(validating({ validations, auditAnnotations: [{ key: "k", valueExpression: "1" }] }), [
    'spec.validations[0].expression: Invalid value: "1": must evaluate to bool but got int',
    'spec.validations[0].messageExpression: Invalid value: "object.x": must evaluate to string but got dyn',
    'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
  ]);
});

test("variables are known to validations, each to those after it, and not to conditions", () => {
  const variables = [
    { name: "a", expression: "1" },
    { name: "b", expression: "variables.a + 1" },
  ];
  assert.deepEqual(validating({ variables, validations: [{ expression: "variables.b > 1" }] }), []);
  const matchConditions = [{ name: "c", expression: "variables.b > 1" }];
  assert.match(validating({ variables, matchConditions })[0]!, /undeclared reference to 'variables'/);
  assert.match(validating({ variables: variables.toReversed() })[0]!, /undefined field 'a'/);
  assert.deepEqual(validating({ variables: [{ name: "in", expression: "1" }] }), [
    'spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier',
  ]);
});

test("parameters are known where there is a kind of them, and messages ask no authorizer", () => {
  const validations = [{ expression: "params.x == 1" }];
  assert.match(validating({ validations })[0]!, /undeclared reference to 'params'/);
  assert.deepEqual(validating({ validations, paramKind: { apiVersion: "v1", kind: "ConfigMap" } }), []);
  const asking = [{ expression: "true", messageExpression: "authorizer.path('/x').check('get').reason()" }];
  assert.match(validating({ validations: asking })[0]!, /undeclared reference to 'authorizer'/);
});

test("patterns of resources must not repeat one another", () => {
  const rules = (resources: string[]) => validating({ matchConstraints: { resourceRules: [{ ...pods, resources }] } });
  const at = "spec.matchConstraints.resourceRules[0].resources";
  assert.deepEqual(rules(["pods/*", "pods/status"]), [
    `${at}[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
  ]);
  assert.deepEqual(rules(["*/*", "pods"]), [
    `${at}: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources`,
  ]);
  assert.deepEqual(rules(["pods", "pods/status", "*/scale"]), []);
});

test("mutations are objects to apply or lists of patches", () => {
  const apply = (expression: string) => [{ patchType: "ApplyConfiguration", applyConfiguration: { expression } }];
  const patch = (expression: string) => [{ patchType: "JSONPatch", jsonPatch: { expression } }];
  assert.deepEqual(mutating({ mutations: apply("Object{spec: Object.spec{replicas: 1}}") }), []);
  assert.deepEqual(mutating({ mutations: patch("[JSONPatch{op: 'add', path: '/a', value: Object.a{b: 1}}]") }), []);
  assert.deepEqual(mutating({ mutations: apply("object") }), [
    'spec.mutations[0].applyConfiguration.expression: Invalid value: "object": must evaluate to Object but got dyn',
  ]);
  assert.deepEqual(mutating({ mutations: patch("[1]") }), [
    'spec.mutations[0].jsonPatch.expression: Invalid value: "[1]": must evaluate to list(JSONPatch) but got list(int)',
  ]);
  assert.deepEqual(
    mutating({ mutations: [{ patchType: "JSONPatch", applyConfiguration: { expression: "Object{}" } }] }),
    [
      "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch",
      'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
    ],
  );
});

test("nothing is changed about what is deleted", () => {
  const matchConstraints = { resourceRules: [{ ...pods, operations: ["DELETE"] }] };
  const mutations = [{ patchType: "ApplyConfiguration", applyConfiguration: { expression: "Object{}" } }];
  assert.match(mutating({ matchConstraints, mutations })[0]!, /resourceRules.operations: Unsupported value: "DELETE"/);
});

test("a binding says each action once, and names parameters or selects them", () => {
  const spec = { policyName: "p", validationActions: ["Deny", "Deny"], paramRef: { name: "a", selector: {} } };
  const object = { metadata: { name: "b" }, spec };
  assert.deepEqual(told(validateValidatingBinding(object as never)), [
    "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
    "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
    "spec.paramRef.parameterNotFoundAction: Required value",
    'spec.validationActions[1]: Duplicate value: "Deny"',
  ]);
});

test("match conditions of webhooks are judged when they are stored", () => {
  const webhook = {
    name: "a.b.c",
    admissionReviewVersions: ["v1"],
    sideEffects: "None",
    clientConfig: { url: "https://x/" },
  };
  const matchConditions = [{ name: "a", expression: "object.x" }, { expression: "params == null" }];
  const errors = told(validateWebhooks([{ ...webhook, matchConditions }] as never));
  assert.equal(
    errors[0],
    'webhooks[0].matchConditions[0].expression: Invalid value: "object.x": must evaluate to bool but got dyn',
  );
  assert.match(errors[1]!, /matchConditions\[1\].expression: .* undeclared reference to 'params'/);
  assert.equal(errors[2], "webhooks[0].matchConditions[1].name: Required value");
});

test("a webhook's address is read as leniently, and judged as strictly, as upstream does", () => {
  const judged = (clientConfig: object) =>
    told(
      validateWebhooks([
        { name: "a.b.c", admissionReviewVersions: ["v1"], sideEffects: "None", clientConfig },
      ] as never),
    );
  const service = (path: string) => judged({ service: { name: "s", namespace: "n", path } });
  for (const path of ["", "/", "/a/", "/a.b/c"]) assert.deepEqual(service(path), []);
  const at = "webhooks[0].clientConfig.service.path: Invalid value:";
  assert.deepEqual(service("a"), [`${at} "a": must start with a '/'`, `${at} "a": segment[0] may not be empty`]);
  assert.deepEqual(service("//"), [`${at} "//": segment[0] may not be empty`]);
  assert.match(service("/a/b c")[0]!, /"\/a\/b c": segment\[1\]: a lowercase RFC 1123 subdomain/);
  assert.deepEqual(judged({ url: "https://u:p@x/" }), [
    'webhooks[0].clientConfig.url: Invalid value: "u:p": user information is not permitted in the URL',
  ]);
  assert.equal(judged({ url: "x" }).length, 2);
});

test("what is said of a policy's types names the field and the warning, and its conditions are whole", () => {
  const status = {
    typeChecking: { expressionWarnings: [{ fieldRef: "", warning: "" }] },
    conditions: [{ type: "Checked", status: "True", reason: "", message: "", lastTransitionTime: "" }],
  };
  const object = { metadata: { name: "p" }, spec: {}, status };
  const errors = validateValidatingPolicyStatus(object as admissionregistrationv1.ValidatingAdmissionPolicy);
  assert.deepEqual(told(errors), [
    "status.typeChecking.expressionWarnings[0].warning: Required value",
    "status.typeChecking.expressionWarnings[0].fieldRef: Required value",
    "status.conditions[0].lastTransitionTime: Required value",
    "status.conditions[0].reason: Required value",
  ]);
});
