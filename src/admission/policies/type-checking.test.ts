import assert from "node:assert/strict";
import { test } from "node:test";
import type { admissionregistrationv1, apiextensionsv1 } from "../../api/mod.ts";
import { policyTypeWarnings } from "./type-checking.ts";

const deployments = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] };

const definition = {
  spec: {
    group: "example.com",
    names: { plural: "foos", kind: "Foo" },
    versions: [
      {
        name: "v1",
        served: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: { spec: { type: "object", properties: { n: { type: "integer" } } } },
          },
        },
      },
    ],
  },
} as unknown as apiextensionsv1.CustomResourceDefinition;

function warnings(spec: object, rules: object[] = [deployments]): string[] {
  const policy = { spec: { matchConstraints: { resourceRules: rules }, ...spec } };
  const found = policyTypeWarnings(policy as admissionregistrationv1.ValidatingAdmissionPolicy, [definition]);
  return found.map(({ fieldRef, warning }) => `${fieldRef}: ${warning.replace(/\n \| .*/g, "")}`);
}

const of = (expression: string) => ({ validations: [{ expression }] });

test("fields that a kind has not are told, with the kind and the place", () => {
  const [warning] = policyTypeWarnings(
    { spec: { matchConstraints: { resourceRules: [deployments] }, ...of("object.foo > 1") } } as never,
    [],
  );
  assert.deepEqual(warning, {
    fieldRef: "spec.validations[0].expression",
    warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'foo'\n | object.foo > 1\n | ......^\n",
  });
  assert.deepEqual(warnings(of("object.spec.replicas > 1 && has(object.spec.template)")), []);
  assert.match(warnings(of("has(object.foo)"))[0]!, /<input>:1:4: undefined field 'foo'/);
});

test("types are told that do not go together, in messages and through variables too", () => {
  const variables = [{ name: "x", expression: "object.spec.replicas" }];
  const validations = [{ expression: "variables.x == 'a'", messageExpression: "object.spec.replicas + 'a'" }];
  const told = warnings({ variables, validations });
  assert.match(told[0]!, /^spec.validations\[0\].expression: .*'_==_' applied to '\(int, string\)'/);
  assert.match(told[1]!, /^spec.validations\[0\].messageExpression: .*'_\+_' applied to '\(int, string\)'/);
});

test("each kind that the policy is for is looked at, stars and subresources not", () => {
  const both = [{ ...deployments, resources: ["replicasets", "deployments"] }];
  assert.match(warnings(of("object.foo == 1"), both)[0]!, /Kind=Deployment: .*\n\napps\/v1, Kind=ReplicaSet: /s);
  for (const resources of [["*"], ["deployments/scale"], ["unknown"]])
    assert.deepEqual(warnings(of("object.foo == 1"), [{ ...deployments, resources }]), []);
});

test("what OpenAPI says nothing of is not a field", () => {
  const pods = [{ ...deployments, apiGroups: [""], resources: ["pods"] }];
  assert.match(
    warnings(of("object.spec.containers[0].resources.limits.cpu == '1'"), pods)[0]!,
    /undefined field 'limits'/,
  );
  assert.deepEqual(warnings(of("object.spec.containers[0].livenessProbe.httpGet.port == 8080"), pods), []);
});

test("custom resources have the types of their schema, and parameters those of their kind", () => {
  const foos = [{ ...deployments, apiGroups: ["example.com"], resources: ["foos"] }];
  assert.match(warnings(of("object.spec.n == 'x'"), foos)[0]!, /^.*example.com\/v1, Kind=Foo: .*'\(int, string\)'/);
  assert.match(warnings(of("object.metadata.name == 1"), foos)[0]!, /'\(string, int\)'/);
  const params = (paramKind: object) => warnings({ paramKind, ...of("params.spec.m == 1") });
  assert.match(params({ apiVersion: "example.com/v1", kind: "Foo" })[0]!, /Kind=Deployment: .*undefined field 'm'/);
  assert.deepEqual(params({ apiVersion: "example.com/v1", kind: "Bar" }), []);
});
