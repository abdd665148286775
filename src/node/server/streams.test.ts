import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { Refusal } from "./answers.ts";
import type { DirectoryEntry } from "./directory.ts";
import { serveStream, streamRequest } from "./streams.ts";

const entry = {
  pod: { metadata: { name: "web" } },
  observation: { sandboxes: [{ id: "sandbox", state: "SANDBOX_READY" }] },
} as unknown as DirectoryEntry;
const forward = (query: string) => streamRequest("portForward", entry, undefined, new URLSearchParams(query));

test("ports that a client names beforehand reach the runtime, which gives each its channels", () => {
  assert.deepEqual(forward("port=80&port=8080"), { kind: "port-forward", sandboxId: "sandbox", ports: [80, 8080] });
  assert.deepEqual(forward(""), { kind: "port-forward", sandboxId: "sandbox", ports: [] });
});

test("what is no port is refused", () => {
  for (const port of ["x", "0", "65536", "-1", "1.5", ""]) {
    assert.throws(
      () => forward(`port=${port}`),
      (error) => error instanceof Refusal && error.status === 400,
      port,
    );
  }
});

test("what a runtime says last is heard, however much it is still told after it has gone", async (t) => {
  const runtime = createServer({ allowHalfOpen: true });
  t.after(() => runtime.close());
  await once(runtime.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(runtime.address() as AddressInfo).port}/exec/token`;
  const heard: Buffer[] = [];
  const client = new Duplex({
    read: () => {},
    write: (part: Buffer, _encoding, done) => {
      heard.push(part);
      done();
    },
  });
  const request = { method: "POST", rawHeaders: [] } as unknown as IncomingMessage;
  serveStream({ kind: "url", url }, { request, socket: client as Socket, head: Buffer.alloc(0) });
  const [connection] = (await once(runtime, "connection")) as [Socket];
  t.after(() => client.destroy());
  await once(connection, "data");
  connection.write("exit code 5");
  // Gone with something unread, so with a reset; nothing of it is seen here before this turn ends.
  connection.destroy();
  for (const part of ["the input's end", "a stream's reset", "one more"]) client.push(part);
  client.push(null);
  await once(client, "close");
  assert.equal(Buffer.concat(heard).toString(), "exit code 5");
});
