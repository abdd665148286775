/** The garbage collector where its caches are behind, or objects change under its hands. On a whole API server. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type corev1, type KubernetesObject, type metav1, type ResourceInfo, resources } from "../../src/api/mod.ts";
import type { Transport } from "../../src/client/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

const namespace = "work";
let cluster: Harness;
/** The caches of config maps learn nothing before it resolves. */
let held: Promise<void> = Promise.resolve();
let release = () => {};
/** What happens just before the first delete of this path that has preconditions reaches the server. */
const meddling = new Map<string, () => Promise<unknown>>();

function hold(): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  held = promise;
  release = resolve;
}

function meddled(transport: Transport): Transport {
  return {
    async request(request) {
      const meddle = (request.body as { preconditions?: object } | undefined)?.preconditions
        ? meddling.get(request.path)
        : undefined;
      meddling.delete(meddle ? request.path : "");
      await meddle?.();
      return transport.request(request);
    },
    async *watch(request) {
      for await (const event of transport.watch(request)) {
        if (request.path === "/api/v1/configmaps") await held;
        yield event;
      }
    },
    stream: (request) => transport.stream(request),
    close: () => transport.close(),
  };
}

before(async () => {
  cluster = await startHarness({ withoutPodRunner: true, via: meddled });
  await cluster.addNamespace(namespace);
});
beforeEach(() => release());
after(async () => {
  release();
  await cluster.stop();
});

const maps = () => cluster.client.resource(resources.configmaps);
const secrets = () => cluster.client.resource(resources.secrets);

function ownedBy({ metadata: { name, uid } }: KubernetesObject, kind = "Secret"): metav1.OwnerReference {
  return { apiVersion: "v1", kind, name, uid };
}

const makeSecret = (name: string, ownerReferences: metav1.OwnerReference[] = []) =>
  secrets().create({ metadata: { name, namespace, ownerReferences } });
const makeMap = (name: string, ownerReferences: metav1.OwnerReference[] = []) =>
  maps().create({ metadata: { name, namespace, ownerReferences } });

const untilGone = (resource: ResourceInfo<KubernetesObject>, name: string) =>
  cluster.untilAll(resource, namespace, (all) => !all.some((one) => one.metadata.name === name));

/** Resolves when the collector has dealt with all that befell secrets, or config maps, before. */
async function untilSecretsSettled(): Promise<void> {
  await makeSecret("settled", [ownedBy(await makeSecret("settling"))]);
  await secrets().delete("settling", { namespace });
  await untilGone(resources.secrets, "settled");
}

async function untilMapsSettled(): Promise<void> {
  await makeMap("settled", [ownedBy(await makeMap("settling"), "ConfigMap")]);
  await maps().delete("settling", { namespace });
  await untilGone(resources.configmaps, "settled");
}

const ownersOf = (map: corev1.ConfigMap) => (map.metadata.ownerReferences ?? []).map((one) => one.name);

test("an object just orphaned stays, though the cache still shows its owner", async () => {
  await makeMap("orphan", [ownedBy(await makeSecret("leaver"))]);
  await untilMapsSettled();
  hold();
  await secrets().delete("leaver", { namespace, propagationPolicy: "Orphan" });
  await untilGone(resources.secrets, "leaver");
  await untilSecretsSettled();
  assert.deepEqual(ownersOf(await maps().get("orphan", { namespace })), []);
  release();
  await untilMapsSettled();
  assert.deepEqual(ownersOf(await maps().get("orphan", { namespace })), []);
});

test("an object just adopted stays, though the cache shows only the owner that goes", async () => {
  const [parent, adopter] = [await makeSecret("parent"), await makeSecret("adopter")];
  await makeMap("adopted", [ownedBy(parent)]);
  await untilMapsSettled();
  hold();
  const ownerReferences = [ownedBy(parent), ownedBy(adopter)];
  await maps().patch("adopted", { metadata: { ownerReferences } }, { type: "merge", namespace });
  await secrets().delete("parent", { namespace });
  await cluster.until(resources.configmaps, { name: "adopted", namespace }, (one) => ownersOf(one).length === 1);
  release();
  await untilMapsSettled();
  assert.deepEqual(ownersOf(await maps().get("adopted", { namespace })), ["adopter"]);
});

test("an object adopted between the look at it and its deletion is looked at again, and stays", async () => {
  const [parent, adopter] = [await makeSecret("parent-2"), await makeSecret("adopter-2")];
  await makeMap("snatched", [ownedBy(parent)]);
  await untilMapsSettled();
  const ownerReferences = [ownedBy(parent), ownedBy(adopter)];
  const adopt = () => maps().patch("snatched", { metadata: { ownerReferences } }, { type: "merge", namespace });
  meddling.set(`/api/v1/namespaces/${namespace}/configmaps/snatched`, adopt);
  await secrets().delete("parent-2", { namespace });
  const snatched = await cluster.until(
    resources.configmaps,
    { name: "snatched", namespace },
    (one) => ownersOf(one)[0] === "adopter-2",
  );
  assert.deepEqual(ownersOf(snatched), ["adopter-2"]);
});

test("an object that another writes to while it is deleted goes nevertheless", async () => {
  await makeMap("written", [ownedBy(await makeSecret("writer"))]);
  await untilMapsSettled();
  const write = () => maps().patch("written", { data: { touched: "yes" } }, { type: "merge", namespace });
  meddling.set(`/api/v1/namespaces/${namespace}/configmaps/written`, write);
  await secrets().delete("writer", { namespace });
  await untilGone(resources.configmaps, "written");
  assert.equal(meddling.size, 0);
});
