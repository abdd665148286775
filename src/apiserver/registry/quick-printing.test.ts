import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { formatMicroTime, formatTime } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

setFlagsFromString("--allow-natives-syntax");
/** False for what was joined, until somebody reads it as a whole. */
const isInOnePiece = runInThisContext("(text) => %StringIsFlat(text)") as (text: string) => boolean;
/** False for what has lost a property that was not its newest: V8 looks up its properties by name from then on. */
const hasShape = runInThisContext("(object) => %HasFastProperties(object)") as (object: object) => boolean;

const pods = "/api/v1/namespaces/default/pods";
const spec = { containers: [{ name: "web", image: "web:1" }] };

test("V8 prints new, changed and deleted pods its fast way", async (t) => {
  const slow: string[] = [];
  const print = JSON.stringify;
  t.mock.method(JSON, "stringify", (value: unknown, ...options: []) => {
    slow.push(...slowParts(value, ""));
    return print(value, ...options);
  });
  const made = await api.ask("POST", pods, { body: { metadata: { generateName: "of-a-long-name-" }, spec } });
  const { name } = made.body.metadata;
  const patch = { metadata: { labels: { a: "b" } } };
  const type = "application/merge-patch+json";
  const patched = await api.ask("PATCH", `${pods}/${name}`, { type, body: patch });
  patched.body.metadata.labels.a = "c";
  const updated = await api.ask("PUT", `${pods}/${name}`, { body: patched.body });
  const deleted = await api.ask("DELETE", `${pods}/${name}`);
  assert.deepEqual([made.status, patched.status, updated.status, deleted.status], [201, 200, 200, 200]);
  assert.deepEqual(slow, []);
});

test("a printed time is in one piece", () => {
  assert.ok(isInOnePiece(formatTime(Date.now())));
  assert.ok(isInOnePiece(formatMicroTime(Date.now())));
});

/** What makes `JSON.stringify` leave its fast way, for the whole of what it prints. */
function slowParts(value: unknown, path: string): string[] {
  if (typeof value === "string") return isInOnePiece(value) ? [] : [`${path} is a text in pieces`];
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, part]) => slowParts(part, `${path}.${key}`));
  if (!hasShape(value)) return [`${path} has no shape`, ...inner];
  return Array.isArray(value) && Object.isFrozen(value) ? [`${path} is a frozen list`, ...inner] : inner;
}
