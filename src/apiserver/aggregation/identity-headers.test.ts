import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { identityHeaders } from "./identity-headers.ts";

test("who asks is told in UTF-8, one line for each value", async () => {
  const server = http.createServer((request, response) => response.end(JSON.stringify(request.rawHeaders)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const user = { name: "Jürgen", groups: ["a,b", "研究"], extra: { "acme.io/Ü": ["é"] } };
  const { port } = server.address() as AddressInfo;
  const [answer] = await once(
    http.get({ port, host: "127.0.0.1", headers: identityHeaders(user), agent: false }),
    "response",
  );
  const raw = JSON.parse((await answer.toArray()).join("")) as string[];
  const told = raw.map((text) => Buffer.from(text, "latin1").toString("utf8"));
  server.close();
  const lines = told.flatMap((name, at) => (name.startsWith("X-Remote-") ? [`${name}: ${told[at + 1]}`] : []));
  assert.deepEqual(lines, [
    "X-Remote-User: Jürgen",
    "X-Remote-Group: a,b",
    "X-Remote-Group: 研究",
    "X-Remote-Extra-acme.io%2F%C3%BC: é",
  ]);
});
