import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSecret } from "./secret.ts";

const encoded = (text: string): string => Buffer.from(text).toString("base64");
const metadata = {
  name: "s",
  namespace: "default",
  uid: "u",
  resourceVersion: "1",
  creationTimestamp: "2026-01-01T00:00:00Z",
};

async function dataOf(type: string): Promise<readonly string[]> {
  const data = { token: encoded("a token"), "ca.crt": encoded("authority") };
  const lines = await describeSecret({ apiVersion: "v1", kind: "Secret", metadata, type, data });
  return lines.slice(-2).map((line) => [...line].join(" "));
}

test("a secret's values are told by their length, the token of an account as it is", async () => {
  assert.deepEqual(await dataOf("kubernetes.io/service-account-token"), ["ca.crt: 9 bytes", "token: a token"]);
  assert.deepEqual(await dataOf("Opaque"), ["ca.crt: 9 bytes", "token: 7 bytes"]);
});
