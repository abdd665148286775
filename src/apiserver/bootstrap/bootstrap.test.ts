import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Store } from "../../store/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

/** Of everything but the leases, which servers renew. */
async function revisions(store: Store): Promise<readonly (readonly [string, number])[]> {
  const { items } = await store.list({ prefix: "/registry/" });
  return items.flatMap(({ key, revision }) => (key.includes("/leases/") ? [] : [[key, revision] as const]));
}

const count = async (path: string) => (await api.ask("GET", path)).body.items.length;

test("a new cluster holds what upstream's holds", async () => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  assert.deepEqual(
    [
      await count(`${rbac}/clusterroles`),
      await count(`${rbac}/clusterrolebindings`),
      await count(`${rbac}/roles`),
      await count(`${rbac}/rolebindings`),
      await count("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas"),
      await count("/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations"),
      await count("/apis/scheduling.k8s.io/v1/priorityclasses"),
      await count("/api/v1/namespaces"),
      await count("/apis/apiregistration.k8s.io/v1/apiservices"),
    ],
    [69, 50, 7, 7, 11, 8, 2, 4, 21],
  );
});

test("the service kubernetes leads to where the server is", async () => {
  const { body } = await api.ask("GET", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes");
  assert.deepEqual([body.endpoints[0].addresses, body.ports[0].port], [["127.0.0.1"], 6443]);
});

test("a second start writes nothing, and completes what somebody cut", async (context) => {
  const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:basic-user";
  const settled = await revisions(api.store);
  const second = await startServer({ store: api.store });
  context.after(() => second.stop());
  assert.deepEqual(await revisions(api.store), settled);
  const { body } = await second.ask("GET", path);
  await second.ask("PUT", path, { body: { ...body, rules: [] } });
  const third = await startServer({ store: api.store });
  context.after(() => third.stop());
  assert.deepEqual((await third.ask("GET", path)).body.rules, body.rules);
});
