import assert from "node:assert/strict";
import { test } from "node:test";
import { EventCorrelator, type EventDecision, type Occurrence } from "./event-correlator.ts";

const start = Date.UTC(2026, 0, 1);
const pod = { apiVersion: "v1", kind: "Pod", namespace: "team", name: "web", uid: "u1" };
const occurrence = (message: string, rest: Partial<Occurrence> = {}): Occurrence => ({
  involvedObject: pod,
  type: "Normal",
  reason: "Pulled",
  message,
  ...rest,
});
const correlator = () => new EventCorrelator({ component: "kubelet", host: "node-1" });
const eventOf = (decision: EventDecision) => (decision.action === "drop" ? assert.fail("dropped") : decision.event);

test("the first of its kind is a new event, named after the object, from its source", () => {
  const decision = correlator().decide(occurrence("image is here"), start);
  const event = eventOf(decision);
  assert.equal(decision.action, "create");
  assert.match(event.metadata.name, /^web\.[0-9a-f]{16}$/);
  assert.deepEqual(
    [event.metadata.namespace, event.count, event.firstTimestamp, event.source.host, event.reportingComponent],
    ["team", 1, "2026-01-01T00:00:00Z", "node-1", "kubelet"],
  );
});

test("the same again counts up under the same name and keeps its first time", () => {
  const events = correlator();
  const first = eventOf(events.decide(occurrence("image is here"), start));
  const decision = events.decide(occurrence("image is here"), start + 5000);
  const second = eventOf(decision);
  assert.equal(decision.action, "count");
  assert.deepEqual(
    [second.metadata.name, second.count, second.firstTimestamp, second.lastTimestamp],
    [first.metadata.name, 2, first.firstTimestamp, "2026-01-01T00:00:05Z"],
  );
});

test("another container of the pod has its own event", () => {
  const events = correlator();
  events.decide(occurrence("started", { involvedObject: { ...pod, fieldPath: "spec.containers{a}" } }), start);
  const other = events.decide(
    occurrence("started", { involvedObject: { ...pod, fieldPath: "spec.containers{b}" } }),
    start,
  );
  assert.equal(other.action, "create");
});

test("from the tenth message that differs only in its text, they become one", () => {
  const events = correlator();
  const decisions = Array.from({ length: 12 }, (_, n) => events.decide(occurrence(`try ${n}`), start));
  assert.deepEqual(
    decisions.map(({ action }) => action),
    [...Array(10).fill("create"), "count", "count"],
  );
  assert.equal(eventOf(decisions[8]!).message, "try 8");
  assert.equal(eventOf(decisions[11]!).message, "(combined from similar events): try 11");
  assert.equal(eventOf(decisions[11]!).count, 3);
});

test("after ten quiet minutes messages are told apart again", () => {
  const events = correlator();
  for (let n = 0; n < 12; n++) events.decide(occurrence(`try ${n}`), start);
  assert.equal(eventOf(events.decide(occurrence("try again"), start + 601_000)).message, "try again");
});

test("one object is reported on 25 times, then once in five minutes", () => {
  const events = correlator();
  const actions = Array.from({ length: 30 }, () => events.decide(occurrence("same"), start).action);
  assert.equal(actions.filter((action) => action === "drop").length, 5);
  assert.equal(events.decide(occurrence("same"), start + 299_000).action, "drop");
  assert.equal(events.decide(occurrence("same"), start + 301_000).action, "count");
  assert.equal(events.decide(occurrence("x", { involvedObject: { ...pod, name: "other" } }), start).action, "create");
});

test("an event that was not stored starts anew", () => {
  const events = correlator();
  const first = events.decide(occurrence("same"), start);
  if (first.action !== "drop") events.forget(first.key);
  assert.equal(events.decide(occurrence("same"), start).action, "create");
});

test("events of objects without a namespace live in the default namespace", () => {
  const { namespace, ...node } = { ...pod, kind: "Node" };
  assert.equal(namespace, "team");
  assert.equal(
    eventOf(correlator().decide(occurrence("x", { involvedObject: node }), start)).metadata.namespace,
    "default",
  );
});

test("what was told last a quarter of an hour ago is forgotten, and counted until then", () => {
  const events = correlator();
  events.decide(occurrence("image is here"), start);
  assert.equal(events.decide(occurrence("image is here"), start + 899_999).action, "count");
  events.decide(occurrence("image is here", { involvedObject: { ...pod, uid: "u2" } }), start + 1_800_000);
  assert.equal(events.decide(occurrence("image is here"), start + 1_800_001).action, "create");
});
