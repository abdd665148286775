import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "./answers.ts";
import type { DirectoryEntry } from "./directory.ts";
import { streamRequest } from "./streams.ts";

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
