import assert from "node:assert/strict";
import { test } from "node:test";
import { metadataLines, nestedLines } from "./lines.ts";

test("a field's name is written in words as kubectl has them", () => {
  const titles: Readonly<Record<string, string>> = {
    HTTPServerName: "HTTPServer Name",
    URLs: "URLs",
    apiUid: "API UID",
    clusterIPs: "Cluster I Ps",
    ipv4Address: "ipv4Address",
    "kebab-key": "Kebab - Key",
    fooHTTPServer: "Foo HTTPServer",
    myUrl: "My URL",
    nonResourceURLs: "Non Resource URLs",
    podCIDR: "Pod CIDR",
    snake_case: "snake_case",
    élan: "Élan",
  };
  for (const [key, title] of Object.entries(titles)) assert.deepEqual(nestedLines({ [key]: 1 }), [[`${title}:`, "1"]]);
});

test("lists in lists and what is nothing are written as Go prints them", () => {
  assert.deepEqual(nestedLines({ a: [[1, 2], [3]], b: null }), [["A:"], ["  [1 2]"], ["  [3]"], ["B:", "<nil>"]]);
});

test("what is in no namespace has the line of one all the same", () => {
  assert.deepEqual(metadataLines({ metadata: { name: "a" } }).slice(0, 2), [
    ["Name:", "a"],
    ["Namespace:", ""],
  ]);
});
