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

test("no text of a new pod is in pieces when it is printed", async (t) => {
  const pieces: string[] = [];
  const print = JSON.stringify;
  t.mock.method(JSON, "stringify", (value: unknown, ...options: []) => {
    pieces.push(...textsIn(value).filter((text) => !isInOnePiece(text)));
    return print(value, ...options);
  });
  const { status } = await api.ask("POST", "/api/v1/namespaces/default/pods", {
    body: { metadata: { generateName: "of-a-long-name-" }, spec: { containers: [{ name: "web", image: "web:1" }] } },
  });
  assert.equal(status, 201);
  assert.deepEqual(pieces, []);
});

test("a printed time is in one piece", () => {
  assert.ok(isInOnePiece(formatTime(Date.now())));
  assert.ok(isInOnePiece(formatMicroTime(Date.now())));
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
