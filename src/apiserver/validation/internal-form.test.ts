import assert from "node:assert/strict";
import { test } from "node:test";
import { corev1, flowcontrolv1, metav1, networkingv1 } from "../../api/mod.ts";
import { internalForm } from "./internal-form.ts";

test("a value is printed with all fields of the inner type, in its order and under its names", () => {
  assert.equal(
    JSON.stringify(internalForm(corev1.servicePort, { port: 80, protocol: "TCP" })),
    '{"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  );
});

test("a template's metadata keeps its names, and the host's namespaces are part of the security context", () => {
  const template = { metadata: { labels: { a: "b" } }, spec: { hostNetwork: true, containers: [{ name: "c" }] } };
  const form = internalForm(corev1.podTemplateSpec, template) as Record<string, unknown>;
  const spec = form["Spec"] as Record<string, Record<string, unknown>>;
  assert.deepEqual(form["labels"], { a: "b" });
  assert.equal(spec["SecurityContext"]!["HostNetwork"], true);
  assert.equal(spec["SecurityContext"]!["HostUsers"], null);
  assert.deepEqual((spec["Containers"] as unknown as Record<string, unknown>[])[0]!["Resources"], {
    Limits: null,
    Requests: null,
    Claims: null,
  });
});

test("labels of a template are printed in order", () => {
  const template = { metadata: { labels: { b: "1", a: "2" } } };
  const form = internalForm(corev1.podTemplateSpec, template) as Record<string, unknown>;
  assert.equal(JSON.stringify(form["labels"]), '{"a":"2","b":"1"}');
});

test("types of the machinery keep their names, in their own order, and what is empty is left out", () => {
  const matchExpressions = [{ values: [], operator: "Exists", key: "a" }];
  const printed = internalForm(metav1.labelSelector, { matchExpressions, matchLabels: { c: "d", a: "b" } });
  assert.equal(
    JSON.stringify(printed),
    '{"matchLabels":{"a":"b","c":"d"},"matchExpressions":[{"key":"a","operator":"Exists"}]}',
  );
  assert.equal(JSON.stringify(internalForm(metav1.labelSelector, { matchLabels: {} })), "{}");
});

test("types without a shape of their own take that of the API", () => {
  assert.deepEqual(internalForm(networkingv1.serviceCIDRSpec, { cidrs: ["10.0.0.0/8"] }), { CIDRs: ["10.0.0.0/8"] });
  assert.deepEqual(internalForm(flowcontrolv1.priorityLevelConfigurationSpec, { type: "Limited", limited: {} }), {
    Type: "Limited",
    Limited: {
      NominalConcurrencyShares: null,
      LimitResponse: { Type: "", Queuing: null },
      LendablePercent: null,
      BorrowingLimitPercent: null,
    },
    Exempt: null,
  });
});
