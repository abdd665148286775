/** A deployment that changes under its controller's hands. On a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../src/api/mod.ts";
import type { Transport } from "../../src/client/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

const namespace = "work";
let cluster: Harness;
/** What happens just before the first patch of a deployment's status, which is where its revision is written. */
let meddle: (() => Promise<unknown>) | undefined;

function meddled(transport: Transport): Transport {
  return {
    async request(request) {
      if (request.method === "PATCH" && request.path.endsWith("/deployments/web/status")) {
        const happens = meddle;
        meddle = undefined;
        await happens?.();
      }
      return transport.request(request);
    },
    watch: (request) => transport.watch(request),
    stream: (request) => transport.stream(request),
    close: () => transport.close(),
  };
}

before(async () => {
  cluster = await startHarness({ via: meddled });
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

test("a new replica set is told of in an event, also where its revision could not be written at once", async () => {
  const deployments = cluster.client.resource(resources.deployments);
  const labels = { app: "web" };
  let meddlings = 0;
  meddle = async () => {
    meddlings++;
    await deployments.patch("web", { metadata: { annotations: { changed: "now" } } }, { type: "merge", namespace });
  };
  const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1" }] } };
  await deployments.create({
    metadata: { name: "web", namespace },
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  });
  await cluster.until(resources.deployments, { name: "web", namespace }, (one) => one.status?.availableReplicas === 2);
  await deployments.patch("web", { spec: { replicas: 3 } }, { type: "merge", namespace });
  const events = await cluster.untilAll(resources.events, namespace, (all) =>
    all.some((event) => / from 2 to 3$/.test(event.message ?? "")),
  );
  const scaling = events.filter((event) => event.reason === "ScalingReplicaSet").map((event) => event.message);
  assert.equal(meddlings, 1);
  assert.match(scaling.join(), /^Scaled up replica set web-\w+ from 0 to 2,Scaled up replica set web-\w+ from 2 to 3$/);
});
