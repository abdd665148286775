import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { admissionPlugins } from "../plugins.ts";
import { ask, nobodyMayAnything, pod, refusal } from "../testing/ask.ts";
import { alwaysPullImages } from "./always-pull-images.ts";
import { EventRateLimit } from "./event-rate-limit.ts";

test("plugins are switched on and off by name", () => {
  const { client, informers } = new MemoryCluster([]);
  const context = { client, informers, clock: new FakeClock(0), authorizer: nobodyMayAnything };
  const names = (options: object) => admissionPlugins(context, options).map(({ name }) => name);
  assert.equal(names({}).includes("AlwaysPullImages"), false);
  const chosen = names({ enable: ["AlwaysPullImages"], disable: ["PodSecurity"] });
  assert.deepEqual([chosen.includes("AlwaysPullImages"), chosen.includes("PodSecurity")], [true, false]);
  assert.equal(names({}).at(-1), "ResourceQuota");
});

test("every image is pulled for every start", async () => {
  const container = { name: "c", image: "x", imagePullPolicy: "IfNotPresent" };
  const volumes = [{ name: "v", image: { reference: "y", pullPolicy: "Never" } }];
  const made = await ask<corev1.Pod>(alwaysPullImages, {
    object: pod("p", { containers: [container], initContainers: [{ ...container, name: "i" }], volumes }),
  });
  const policies = [...made.spec.containers, ...made.spec.initContainers!].map((one) => one.imagePullPolicy);
  assert.deepEqual([...policies, made.spec.volumes![0]!.image!.pullPolicy], ["Always", "Always", "Always"]);
  const only = { name: "judge", handles: () => true, validate: alwaysPullImages.validate!.bind(alwaysPullImages) };
  assert.equal(
    await refusal(only, { object: pod("p", { containers: [container] }) }),
    'pods "p" is forbidden: spec.containers[0].imagePullPolicy: Unsupported value: "IfNotPresent": supported values: "Always"',
  );
});

test("a pod of before may be changed as long as it brings no new image", async () => {
  const old = pod("p", { containers: [{ name: "c", image: "x", imagePullPolicy: "Never" }] });
  const same = await ask<corev1.Pod>(alwaysPullImages, { object: old, oldObject: old });
  assert.equal(same.spec.containers[0]!.imagePullPolicy, "Never");
});

const event = (name: string, namespace = "shop", object = "p") => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name, namespace },
  involvedObject: { kind: "Pod", name: object, namespace },
  source: { component: "c" },
});

test("events are refused where they come faster than the limit, until time has passed", async () => {
  const clock = new FakeClock(0);
  const plugin = new EventRateLimit([{ type: "Namespace", qps: 1, burst: 2 }], clock);
  for (const name of ["a", "b"]) await ask(plugin, { object: event(name) });
  assert.equal(await refusal(plugin, { object: event("c") }), "limit reached on type Namespace for key shop");
  await ask(plugin, { object: event("c", "other") });
  await ask(plugin, { object: event("c"), dryRun: true });
  clock.advance(1000);
  await ask(plugin, { object: event("c") });
});

test("events about one thing are limited by themselves, and forgotten things begin anew", async () => {
  const limits = [{ type: "SourceAndObject", qps: 0.1, burst: 1, cacheSize: 1 }] as const;
  const plugin = new EventRateLimit(limits, new FakeClock(0));
  await ask(plugin, { object: event("a") });
  await ask(plugin, { object: event("a", "shop", "q") });
  await ask(plugin, { object: event("b") });
  assert.match(
    await refusal(plugin, { object: event("c") }),
    /^limit reached on type SourceAndObject for key cPodshopp/,
  );
});
