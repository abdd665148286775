import assert from "node:assert/strict";
import { test } from "node:test";
import { customResourceDefinition } from "../apiextensions/v1/custom-resource-definition.ts";
import { configMap } from "../core/v1/config.ts";
import { podTemplate } from "../core/v1/pod-template.ts";
import { podDisruptionBudget } from "../policy/v1/pod-disruption-budget.ts";
import { decodeProtobuf, encodeProtobuf } from "./envelope.ts";
import { decodeIfClean, decodeJson, duplicateFields, normalize } from "./json-decode.ts";
import { printJson } from "./json-encode.ts";

const frame = 'PodTemplate in version "v1" cannot be handled as a PodTemplate: ';

/** A template whose pod has these fields beside a container. */
function withSpec(fields: string): string {
  return `{"apiVersion":"v1","kind":"PodTemplate","metadata":{"name":"q"},"template":{"spec":{"containers":[{"name":"a"}]${fields}}}}`;
}

/** What upstream 1.36 answers to each field of a wrong type. */
const mismatches: Record<string, string> = {
  '"hostname":5': "json: cannot unmarshal number into Go struct field PodSpec.template.spec.hostname of type string",
  '"priority":5.5':
    "json: cannot unmarshal number 5.5 into Go struct field PodSpec.template.spec.priority of type int32",
  '"priority":3000000000':
    "json: cannot unmarshal number 3000000000 into Go struct field PodSpec.template.spec.priority of type int32",
  '"priority":7.0':
    "json: cannot unmarshal number 7.0 into Go struct field PodSpec.template.spec.priority of type int32",
  '"activeDeadlineSeconds": 0.7e1 ':
    "json: cannot unmarshal number 0.7e1 into Go struct field PodSpec.template.spec.activeDeadlineSeconds of type int64",
  '"initContainers":[{"livenessProbe":{"httpGet":{"port":8e1}}}]':
    "json: cannot unmarshal number 8e1 into Go struct field HTTPGetAction.template.spec.initContainers.livenessProbe.ProbeHandler.httpGet.port of type int32",
  '"hostNetwork":"true"':
    "json: cannot unmarshal string into Go struct field PodSpec.template.spec.hostNetwork of type bool",
  '"volumes":{}':
    "json: cannot unmarshal object into Go struct field PodSpec.template.spec.volumes of type []v1.Volume",
  '"volumes":["a"]':
    "json: cannot unmarshal string into Go struct field PodSpec.template.spec.volumes of type v1.Volume",
  '"nodeSelector":{"a":1}':
    "json: cannot unmarshal number into Go struct field PodSpec.template.spec.nodeSelector of type string",
  '"initContainers":[{"readinessProbe":{"httpGet":{"port":true}}}]':
    "json: cannot unmarshal bool into Go struct field HTTPGetAction.template.spec.initContainers.readinessProbe.ProbeHandler.httpGet.port of type int32",
  '"restartPolicy":1':
    "json: cannot unmarshal number into Go struct field PodSpec.template.spec.restartPolicy of type v1.RestartPolicy",
  '"initContainers":[{"securityContext":{"capabilities":{"add":[1]}}}]':
    "json: cannot unmarshal number into Go struct field Capabilities.template.spec.initContainers.securityContext.capabilities.add of type v1.Capability",
  '"overhead":{"cpu":"1ki"}': "unable to parse quantity's suffix",
};

test("a value of a wrong type is refused in upstream's words", () => {
  for (const [field, why] of Object.entries(mismatches)) {
    assert.throws(() => decodeJson(podTemplate, withSpec(`,${field}`)), { message: frame + why }, field);
  }
});

/** What upstream 1.36 makes of each amount of processors that is sent as a number. */
const amounts: Record<string, string> = {
  "1": "1",
  "1.0": "1",
  "0.5": "500m",
  "1.50": "1500m",
  "1e3": "1e3",
  "1E0": "1E0",
  "12345678901234567890": "12345678901234567890",
  "0.30000000000000000001": "300000001n",
};

test("a quantity that is sent as a number is spelled as the number was, whatever else looks like one", () => {
  for (const [number, spelled] of Object.entries(amounts)) {
    const text = withSpec(`,"hostname":"[1.0, 2e3]","overhead":{"cpu":${number}}`);
    const { template } = decodeJson(podTemplate, text, { validation: "Strict" });
    assert.deepEqual([template?.spec?.overhead, template?.spec?.hostname], [{ cpu: spelled }, "[1.0, 2e3]"], number);
  }
});

test("a number beyond what one can be is refused, also where anything may stand", () => {
  const text = (schema: string) =>
    `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"q"},"spec":{"versions":[{"schema":{"openAPIV3Schema":${schema}}}]}}`;
  const refused = 'CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition: ';
  const number = "json: cannot unmarshal number";
  const path = "JSONSchemaProps.spec.versions.schema.openAPIV3Schema.maximum";
  for (const [schema, why] of [
    ['{"maximum":-1e400}', `${number} -1e400 into Go struct field ${path} of type float64`],
    ['{"default":{"a":[1e999]}}', `${number} 1e999 into Go value of type float64`],
  ] as const)
    assert.throws(() => decodeJson(customResourceDefinition, text(schema)), { message: refused + why });
  decodeJson(customResourceDefinition, text('{"maximum":1e308,"unknown":1e999}'));
});

test("unknown and duplicate fields are told in the order of the document", () => {
  const text = withSpec(
    ',"foo":{"x":1},"hostname":"a","hostname":"b","Hostname":"c","volumes":[{"name":"v"},{"emptydir":{}}]',
  );
  const found = [
    'unknown field "template.spec.foo"',
    'duplicate field "template.spec.hostname"',
    'unknown field "template.spec.Hostname"',
    'unknown field "template.spec.volumes[1].emptydir"',
  ];
  const warnings: string[] = [];
  const object = decodeJson(podTemplate, text, { validation: "Warn", warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, found);
  assert.equal(object.template?.spec?.hostname, "b");
  const message = `${frame}strict decoding error: ${found.join(", ")}`;
  assert.throws(() => decodeJson(podTemplate, text, { validation: "Strict" }), { message });
});

/** What upstream 1.36 answers to what is no object of the kind. */
const unrecognized: Record<string, string> = {
  '{"apiVersion":"v1",': `couldn't get version/kind; json parse error: unexpected end of JSON input ({"apiVersion":"v1",)`,
  '{"apiVersion":"v1","kind":"PodTemplate"}}': `couldn't get version/kind; json parse error: invalid character '}' after top-level value ({"apiVersion":"v1","kind":"Pod ...)`,
  '{"apiVersion":"v1","kind":"PodTemplate", x}': `couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of object key string ({"apiVersion":"v1","kind":"Pod ...)`,
  "": "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
  '{"apiVersion":"a/b/c","kind":"Pod","metadata":{"name":"q"}}': `unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c","kind":" ...)`,
};

test("what is no object of the kind is refused in upstream's words", () => {
  for (const [text, why] of Object.entries(unrecognized)) {
    const message = `the object provided is unrecognized (must be of type PodTemplate): ${why}`;
    assert.throws(() => decodeJson(podTemplate, text), { message }, text);
  }
  const other = '{"apiVersion":"v1","kind":"ConfigMap"}';
  const message =
    'ConfigMap in version "v1" cannot be handled as a PodTemplate: converting (v1.ConfigMap) to (core.PodTemplate): unknown conversion';
  assert.throws(() => decodeJson(podTemplate, other), { message });
});

test("nulls and zero values that mean nothing are dropped and what is always printed is there", () => {
  const object = decodeJson(
    podTemplate,
    withSpec(
      ',"hostname":"","priority":0,"hostNetwork":false,"volumes":null,"nodeSelector":{},"enableServiceLinks":false',
    ),
  );
  assert.deepEqual(object, {
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: "q" },
    template: {
      metadata: {},
      spec: { containers: [{ name: "a", resources: {} }], priority: 0, enableServiceLinks: false },
    },
  });
});

test("a time in a map that is null is Go's zero time, which both encodings can say", () => {
  const text = '{"metadata":{"name":"a"},"status":{"disruptedPods":{"b":null}}}';
  const budget = decodeJson(podDisruptionBudget, text);
  const disruptedPods = { b: "0001-01-01T00:00:00Z" };
  assert.deepEqual(budget.status?.disruptedPods, disruptedPods);
  assert.deepEqual(decodeProtobuf(podDisruptionBudget, encodeProtobuf(podDisruptionBudget, budget)), budget);
});

test("what upstream prints as null is absent in memory and null in print", () => {
  const object = normalize(podTemplate, { apiVersion: "v1", kind: "PodTemplate", metadata: {}, template: {} } as never);
  assert.equal(
    printJson(podTemplate, object),
    '{"kind":"PodTemplate","apiVersion":"v1","metadata":{},"template":{"metadata":{},"spec":{"containers":null}}}',
  );
});

test("a value without mistakes is taken as it is, and one with a mistake not at all", () => {
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", creationTimestamp: null }, data: {} };
  const clean = decodeIfClean(configMap, structuredClone(map));
  assert.deepEqual(clean, decodeJson(configMap, JSON.stringify(map)));
  for (const wrong of [
    null,
    [],
    { ...map, kind: "Secret" },
    { ...map, apiVersion: 1 },
    { ...map, more: true },
    { ...map, data: { a: 1 } },
    { ...map, metadata: { creationTimestamp: "today" } },
  ])
    assert.equal(decodeIfClean(configMap, structuredClone(wrong)), undefined);
});

test("a member that stands twice is found whether or not the value is known", () => {
  const texts = [
    '{"a":{"b":":","b":[{"c":1,"c":2}]},"a\\":":null}',
    '{"a":1,"\\u0061":2}',
    '{"__proto__":1,"__proto__":2}',
  ];
  for (const text of texts) {
    assert.notDeepEqual(duplicateFields(text), []);
    assert.deepEqual(duplicateFields(text, JSON.parse(text)), duplicateFields(text));
  }
  assert.deepEqual(
    duplicateFields('{"a":{"b":":"},"c":[{"b":1},{"b":2}]}', { a: { b: ":" }, c: [{ b: 1 }, { b: 2 }] }),
    [],
  );
});

test("what is wrong is told once each, and no more than a hundred times", () => {
  const told = (text: string) => {
    const warnings: string[] = [];
    decodeJson(configMap, text, { validation: "Warn", warn: (message) => warnings.push(message) });
    return warnings;
  };
  assert.deepEqual(told('{"data":{"a":"1","a":"2","a":"3"}}'), ['duplicate field "data.a"']);
  const many = Array.from({ length: 150 }, (_, index) => `"unknown${index}":1`);
  const problems = told(`{${many.join()}}`);
  assert.deepEqual([problems.length, problems.at(-1)], [100, 'unknown field "unknown99"']);
});
