import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeSelectorTerm, Toleration } from "../core/v1/node-selector.ts";
import type { PodSpec } from "../core/v1/pod-spec.ts";
import { nodeSelectorTermMatches, podAcceptsNode } from "./node-selector.ts";
import { tolerates } from "./tolerations.ts";

const node = { name: "one", labels: { disk: "ssd", cores: "16" } };

test("what stands in a term must hold together, and an empty term holds nowhere", () => {
  const holds = (term: NodeSelectorTerm) => nodeSelectorTermMatches(term, node);
  assert.ok(holds({ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd", "nvme"] }] }));
  assert.ok(holds({ matchExpressions: [{ key: "gpu", operator: "NotIn", values: ["old"] }] }));
  assert.ok(!holds({ matchExpressions: [{ key: "gpu", operator: "Exists" }] }));
  const named = { key: "metadata.name", operator: "In" as const, values: ["one"] };
  assert.ok(holds({ matchFields: [named] }));
  assert.ok(!holds({ matchFields: [{ key: "metadata.uid", operator: "DoesNotExist" }] }));
  assert.ok(!holds({ matchFields: [named], matchExpressions: [{ key: "disk", operator: "DoesNotExist" }] }));
  assert.ok(!holds({}));
});

test("a label that a node does not have is not there, though every JavaScript object has a member of its name", () => {
  const holds = (operator: "Exists" | "DoesNotExist") =>
    nodeSelectorTermMatches({ matchExpressions: [{ key: "constructor", operator }] }, node);
  assert.deepEqual([holds("Exists"), holds("DoesNotExist")], [false, true]);
});

test("numbers are compared as numbers, and what is none is neither more nor less", () => {
  const holds = (operator: "Gt" | "Lt", value: string, key = "cores") =>
    nodeSelectorTermMatches({ matchExpressions: [{ key, operator, values: [value] }] }, node);
  assert.deepEqual(
    [holds("Gt", "9"), holds("Gt", "16"), holds("Lt", "+17"), holds("Lt", "9")],
    [true, false, true, false],
  );
  assert.deepEqual([holds("Gt", "1.5"), holds("Lt", "1", "disk")], [false, false]);
});

test("a pod goes where its node selector and one of its terms lead", () => {
  const term = { matchExpressions: [{ key: "cores", operator: "Gt", values: ["8"] }] };
  const required = { nodeSelectorTerms: [{}, term] };
  const spec = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
  const accepts = (nodeSelector: object) => podAcceptsNode({ ...spec, nodeSelector } as unknown as PodSpec, node);
  assert.deepEqual([accepts({ disk: "ssd" }), accepts({ disk: "hdd" })], [true, false]);
  assert.ok(podAcceptsNode({} as PodSpec, node));
});

test("a toleration bears taints of its key, its value and its effect; one without a key bears all", () => {
  const taint = { key: "dedicated", value: "db", effect: "NoSchedule" } as const;
  const bears = (toleration: Toleration) => tolerates([toleration], taint);
  assert.ok(bears({ operator: "Exists" }));
  assert.ok(bears({ key: "dedicated", value: "db" }));
  assert.ok(bears({ key: "dedicated", operator: "Exists", effect: "NoSchedule" }));
  assert.ok(!bears({ key: "dedicated", value: "web" }));
  assert.ok(!bears({ key: "dedicated", operator: "Exists", effect: "NoExecute" }));
  assert.ok(!bears({}));
  assert.ok(!tolerates(undefined, taint));
});
