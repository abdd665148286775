import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { isStatusError } from "../../api/mod.ts";
import type { Exchange } from "./exchange.ts";
import { readBody } from "./read-body.ts";

const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

for (const [how, error] of [
  ["is closed", undefined],
  ["is reset", reset],
] as const)
  test(`a body whose connection ${how} before its end is the client's mistake, and no failure of the server`, async () => {
    const body = new PassThrough().on("error", () => {});
    body.write("half");
    const read = readBody({ headers: {}, hasBody: true, body } as unknown as Exchange);
    body.destroy(error);
    await assert.rejects(
      async () => read,
      (refusal) => isStatusError(refusal) && refusal.code === 400,
    );
  });
