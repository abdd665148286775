import assert from "node:assert/strict";
import { test } from "node:test";
import { RuntimeConfig } from "./runtime-config.ts";

const builtIn = [
  { group: "", version: "v1" },
  { group: "apps", version: "v1" },
];
const added = ["v1", "v1beta1", "v1alpha1"].map((version) => ({ group: "example.dev", version }));

function served(text: string): string {
  const config = RuntimeConfig.parse(text, builtIn, added);
  return ["v1", "v1beta1", "v1alpha1"].filter((version) => config.serves("example.dev", version, "toys")).join(" ");
}

test("stable versions are served, others where they are asked for; the nearer key wins", () => {
  const cases: Record<string, string> = {
    "": "v1",
    "api/all=true": "v1 v1beta1 v1alpha1",
    "api/beta": "v1 v1beta1",
    "api/all=true,api/alpha=false": "v1 v1beta1",
    "api/beta=true,example.dev/v1beta1=0": "v1",
    "example.dev/v1=false,example.dev/v1alpha1=true": "v1alpha1",
    "example.dev/v1beta1/toys=true": "v1 v1beta1",
    "example.dev/v1beta1/games=true": "v1",
    "example.dev/v1/toys=false": "",
  };
  for (const [text, versions] of Object.entries(cases)) assert.equal(served(text), versions, text);
});

test("a kind is loaded only where something of its version is served", () => {
  const config = RuntimeConfig.parse("example.dev/v1beta1/toys=true", builtIn, added);
  assert.deepEqual(
    added.map(({ group, version }) => config.mayServe(group, version)),
    [true, true, false],
  );
});

test("what is unknown or malformed is refused in upstream's words", () => {
  const cases: Record<string, string> = {
    "foo=true": "runtime-config invalid key foo",
    "a/b/c/d=true": "runtime-config invalid key a/b/c/d",
    "foo/v1=true,bar/v2=true": "unknown api groups bar/v2,foo/v1",
    "api/nope=true": "unknown api groups api/nope",
    "example.dev/v9=true": "group version example.dev/v9 that has not been registered",
    "api/all=maybe": "invalid value api/all=maybe",
    "apps/v1=maybe": 'invalid value of apps/v1: maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax',
    "apps/v1=false": "runtime-config cannot turn off apps/v1: what is built in is always served",
    "api/all=false": "runtime-config cannot turn off api/all: what is built in is always served",
  };
  for (const [text, message] of Object.entries(cases))
    assert.throws(() => served(text), { name: "RuntimeConfigError", message }, text);
});
