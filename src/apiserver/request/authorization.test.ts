import assert from "node:assert/strict";
import { test } from "node:test";
import { attributesOf } from "./authorization.ts";
import { parseRequest } from "./request-info.ts";

const jane = { name: "jane", groups: [] };

function nameAskedFor(method: string, selector: string, path = "/api/v1/namespaces/shop/secrets"): string | undefined {
  const target = `${path}?fieldSelector=${encodeURIComponent(selector)}`;
  return attributesOf(jane, parseRequest(method, target)).resource?.name;
}

test("a list or watch of one name is a request for that name", () => {
  assert.equal(nameAskedFor("GET", "metadata.name=own"), "own");
  assert.equal(nameAskedFor("GET", "metadata.name==own"), "own");
  assert.equal(nameAskedFor("GET", "type!=Opaque,metadata.name=own"), "own");
  assert.equal(nameAskedFor("POST", "metadata.name=own"), undefined);
});

test("a removal of what has one name takes a rule for all names, as upstream's", () => {
  assert.equal(nameAskedFor("DELETE", "metadata.name=own"), undefined);
});

test("what only looks like a name in a selector is none", () => {
  const others = [
    "type!=a\\,metadata.name=own",
    "type!=\\\\\\,metadata.name=own",
    "metadata.name!=own",
    "metadata.name=a=b",
    "metadata.name=../own",
    "metadata.name=..",
  ];
  for (const selector of others) assert.equal(nameAskedFor("GET", selector), undefined, selector);
});
