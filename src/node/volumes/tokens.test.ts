import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { type Client, FakeClock } from "../../client/mod.ts";
import { TokenManager } from "./tokens.ts";

const pod = { metadata: { uid: "u", name: "p", namespace: "default" }, spec: {} } as corev1.Pod;
const projection: corev1.ServiceAccountTokenProjection = { path: "token", expirationSeconds: 3600 };
const hourMs = 3_600_000;

/** A server that issues `token-1`, `token-2` …. */
function manager() {
  let issued = 0;
  const answer = async () => ({ status: { token: `token-${++issued}` } });
  const client = { resource: () => ({ createSubresource: answer }) } as unknown as Client;
  const clock = new FakeClock();
  return { clock, tokens: new TokenManager(client, clock) };
}

test("a token is used for four fifths of its lifetime, and then another is asked for", async () => {
  const { clock, tokens } = manager();
  assert.equal(await tokens.token(pod, projection), "token-1");
  clock.advance(0.79 * hourMs);
  assert.equal(await tokens.token(pod, projection), "token-1");
  clock.advance(0.02 * hourMs);
  assert.equal(await tokens.token(pod, projection), "token-2");
});

test("a token from before the clock was set back is of a time to come: another is asked for", async () => {
  const { clock, tokens } = manager();
  await tokens.token(pod, projection);
  clock.jump(-5 * hourMs);
  assert.equal(await tokens.token(pod, projection), "token-2");
  assert.equal(await tokens.token(pod, projection), "token-2");
});
