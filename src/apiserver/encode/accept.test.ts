import assert from "node:assert/strict";
import { test } from "node:test";
import { isStatusError } from "../../api/mod.ts";
import { negotiate, resourceKinds } from "./accept.ts";

const choose = (accept: string | undefined) => {
  const { format, as } = negotiate(accept, { kinds: resourceKinds });
  return as ? `${format} as ${as}` : format;
};
const isNotAcceptable = (error: unknown) => isStatusError(error) && error.code === 406;

test("the client's first wish that can be met is met", () => {
  assert.equal(choose(undefined), "json");
  assert.equal(choose("application/vnd.kubernetes.protobuf,application/json"), "protobuf");
  assert.equal(choose("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"), "json as Table");
  assert.equal(choose("application/json;as=Unheard;v=v1,application/yaml"), "yaml");
  assert.equal(choose("text/html,application/xhtml+xml,*/*;q=0.8"), "json");
});

test("what is wished more comes first, wherever it stands", () => {
  assert.equal(choose("application/json;q=0.5,application/yaml;q=0.9"), "yaml");
});

test("a table is never made in protobuf", () => {
  assert.equal(choose("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json"), "json");
});

test("custom resources have no protobuf but of their metadata: the next wish is met", () => {
  const custom = (accept: string) => negotiate(accept, { kinds: resourceKinds, isCustom: true }).format;
  assert.equal(custom("application/vnd.kubernetes.protobuf,application/json"), "json");
  assert.equal(custom("application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"), "protobuf");
  assert.throws(() => custom("application/vnd.kubernetes.protobuf"), isNotAcceptable);
});

test("what cannot be met is refused", () => {
  for (const none of ["text/html", "constructor", "toString", "__proto__"])
    assert.throws(() => choose(none), isNotAcceptable, none);
  assert.throws(() => choose("application/json;as=Unheard"), isNotAcceptable);
});
