import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { AdmissionPlugin } from "../../admission/mod.ts";
import { resources } from "../../api/mod.ts";
import { badRequest } from "../errors.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

/** So many are deleted at a time. */
const workers = 16;

let api: ServerUnderTest;
let begun = 0;
let ended = 0;
let allBegun = Promise.withResolvers<void>();
/** What happens to each, when as many as may be are on their way. */
let atEach: (name: string) => void = () => {};

const observer: AdmissionPlugin = {
  name: "Observer",
  handles: ({ operation, resource }) => operation === "DELETE" && resource.resource === "configmaps",
  async validate({ name = "" }) {
    if (++begun === workers) allBegun.resolve();
    await allBegun.promise;
    try {
      atEach(name);
      await setImmediate();
    } finally {
      ended++;
    }
  },
};

before(async () => {
  api = await startServer({ admission: [observer] });
});
after(() => api.stop());

async function deleteMany(times: (name: string) => void, namespace: string, signal?: AbortSignal): Promise<void> {
  [begun, ended, atEach, allBegun] = [0, 0, times, Promise.withResolvers<void>()];
  const configMaps = api.client.resource(resources.configmaps);
  const names = Array.from({ length: workers * 3 }, (_, index) => `c-${String(index).padStart(2, "0")}`);
  for (const name of names) await configMaps.create({ metadata: { namespace, name } });
  await configMaps.deleteCollection({ namespace, ...(signal && { signal }) });
}

test("after the first refusal no other deletion is begun, and the answer waits for those that were", async () => {
  const refuse = (name: string) => {
    if (name === "c-03") throw badRequest("not this one");
  };
  await assert.rejects(deleteMany(refuse, "refused"), { message: /not this one/ });
  assert.deepEqual([begun, ended], [workers, workers]);
  const { items } = await api.client.resource(resources.configmaps).list({ namespace: "refused" });
  assert.equal(items.length, workers * 2 + 1);
  assert.ok(items.some(({ metadata }) => metadata.name === "c-03"));
});

test("when the client has gone, what was begun ends before the answer does", async () => {
  const gone = new AbortController();
  await assert.rejects(
    deleteMany(() => gone.abort(), "abandoned", gone.signal),
    { code: 504 },
  );
  assert.deepEqual([begun, ended], [workers, workers]);
});
