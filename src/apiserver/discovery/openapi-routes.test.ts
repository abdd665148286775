import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

test("OpenAPI v2 is protobuf for those who ask, under a media type that Go's clients can read", async () => {
  for (const separator of ["@", "."]) {
    const accept = `application/com.github.proto-openapi.spec.v2${separator}v1.0+protobuf`;
    const { headers } = await api.ask("GET", "/openapi/v2", { accept });
    assert.equal(headers["content-type"], "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  }
  assert.equal((await api.ask("GET", "/openapi/v2")).headers["content-type"], "application/json");
});
