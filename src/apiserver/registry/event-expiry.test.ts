import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { formatTime, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import { FakeClock } from "../../client/mod.ts";
import { startServer } from "../testing/server-under-test.ts";
import { EventExpiry } from "./event-expiry.ts";

test("an event goes an hour after it was last seen", async (context) => {
  const api = await startServer();
  context.after(() => api.stop());
  const make = (name: string, lastTimestamp: string) => {
    const involvedObject = { kind: "Pod", name: "p", namespace: "default" };
    const body = {
      metadata: { name },
      involvedObject,
      reason: "R",
      message: "m",
      lastTimestamp,
      firstTimestamp: lastTimestamp,
    };
    return api.ask("POST", "/api/v1/namespaces/default/events", { body });
  };
  await make("old", "2020-01-01T00:00:00Z");
  // As if it were tomorrow: both were made now, one has been seen again since.
  const tomorrow = Date.now() + 24 * 60 * 60_000;
  await make("seen-again", formatTime(tomorrow));
  const clock = new FakeClock(tomorrow);
  const storage = api.server.engine.storage(resources.events as unknown as ResourceInfo<KubernetesObject>);
  const expiry = new EventExpiry(storage, { clock, log: pino({ enabled: false }) });
  expiry.start();
  clock.advance(60_000);
  await expiry.stop();
  const { body } = await api.ask("GET", "/api/v1/namespaces/default/events");
  assert.deepEqual(
    body.items.map(({ metadata }: KubernetesObject) => metadata.name),
    ["seen-again"],
  );
});
