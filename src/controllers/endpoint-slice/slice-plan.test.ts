import assert from "node:assert/strict";
import { test } from "node:test";
import type { discoveryv1 } from "../../api/mod.ts";
import type { EndpointGroup } from "./desired-endpoints.ts";
import { portsKey } from "./desired-endpoints.ts";
import { planSlices } from "./slice-plan.ts";

const http = [{ name: "http", protocol: "TCP", port: 80 }] as discoveryv1.EndpointPort[];

function endpoint(name: string, ready = true): discoveryv1.Endpoint {
  return { addresses: [`10.0.0.${name}`], conditions: { ready }, targetRef: { kind: "Pod", name, uid: name } };
}

function groupsOf(endpoints: discoveryv1.Endpoint[], ports = http): Map<string, EndpointGroup> {
  const key = portsKey(ports);
  return new Map([[key, { key, ports, endpoints }]]);
}

function slice(name: string, endpoints: discoveryv1.Endpoint[], ports = http): discoveryv1.EndpointSlice {
  const metadata = { name, namespace: "n", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
  return { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata, addressType: "IPv4", endpoints, ports };
}

/** `+2` a slice made with two endpoints, `a=3` slice a written with three, `-b` slice b deleted. */
function plan(groups: Map<string, EndpointGroup>, slices: discoveryv1.EndpointSlice[], maxPerSlice = 3): string {
  const result = planSlices({ groups, slices, needsUpdate: () => false, maxPerSlice });
  return [
    ...result.creates.map((content) => `+${content.endpoints.length}`),
    ...result.updates.map(({ slice: one, content }) => `${one.metadata.name}=${content.endpoints.length}`),
    ...result.deletes.map((one) => `-${one.metadata.name}`),
  ].join(" ");
}

const names = (...list: number[]) => list.map((name) => endpoint(String(name)));

test("a service without endpoints has one empty slice, and keeps it", () => {
  assert.equal(plan(new Map(), []), "+0");
  assert.equal(plan(new Map(), [slice("a", [], [])]), "");
});

test("the last endpoint leaves an empty slice behind, and more than one slice becomes one", () => {
  assert.equal(plan(new Map(), [slice("a", names(1))]), "a=0");
  assert.equal(plan(new Map(), [slice("a", names(1)), slice("b", names(2))]), "a=0 -b");
});

test("what is as it should be is not written", () => {
  assert.equal(plan(groupsOf(names(1, 2)), [slice("a", names(1, 2))]), "");
});

test("an endpoint whose condition changed is written in its own slice", () => {
  const groups = groupsOf([endpoint("1", false), endpoint("2")]);
  assert.equal(plan(groups, [slice("a", names(1)), slice("b", names(2))]), "a=1");
});

test("new endpoints fill a slice with room, the fullest first", () => {
  assert.equal(plan(groupsOf(names(1, 2, 3, 4)), [slice("a", names(1)), slice("b", names(2, 3))]), "b=3");
});

test("new endpoints fill full slices, and the rest goes where it fits", () => {
  assert.equal(plan(groupsOf(names(1, 2, 3, 4, 5, 6, 7)), []), "+3 +3 +1");
  assert.equal(plan(groupsOf(names(1, 2, 3, 4, 5, 6, 7)), [slice("a", names(1, 2))]), "+3 +2");
});

test("the placeholder takes the first endpoints of a service without ports", () => {
  assert.equal(plan(groupsOf(names(1), []), [slice("a", [], [])]), "a=1");
});

test("slices of ports that nobody serves any more go", () => {
  const https = [{ name: "https", protocol: "TCP", port: 443 }] as discoveryv1.EndpointPort[];
  assert.equal(plan(groupsOf(names(1)), [slice("a", names(1), https), slice("b", names(1))]), "-a");
});
