import assert from "node:assert/strict";
import { test } from "node:test";
import { deepFreeze, type KubernetesObject, resources } from "../../../api/mod.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { strategies } from "../all.ts";

const strategyOf = (resource: unknown) =>
  strategies.find((one) => one.resource === resource) as Strategy<KubernetesObject>;
const spec = () => ({ containers: [{ name: "c", lifecycle: { stopSignal: "SIGTERM" } }] });
const context = (subresource?: string) => ({ dryRun: false, now: 0, ...(subresource && { subresource }) }) as never;

test("what was stored with a feature that is off now can still report its status", () => {
  const pod = deepFreeze({ metadata: { name: "p" }, spec: spec() });
  strategyOf(resources.pods).prepareForUpdate!({ ...pod, status: {} } as never, pod as never, context("status"));
  const set = deepFreeze({ metadata: { name: "d" }, spec: { template: { spec: spec() } } });
  strategyOf(resources.daemonsets).prepareForUpdate!({ ...set } as never, set as never, context("status"));
});

test("a client cannot set it", () => {
  const [pod, old] = [{ spec: spec() }, { spec: spec() }];
  strategyOf(resources.pods).prepareForUpdate!(pod as never, old as never, context() as RequestContext);
  assert.deepEqual(pod.spec.containers, [{ name: "c" }]);
});
