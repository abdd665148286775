import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clientSigner,
  kubeletClientSigner,
  kubeletServingSigner,
  type RequestContent,
  refusalOf,
} from "./request-rules.ts";

const node: RequestContent = {
  commonName: "system:node:a",
  organizations: ["system:nodes"],
  dnsNames: [],
  addresses: [],
  otherNames: [],
};
const client = ["digital signature", "client auth"];
const serving = ["digital signature", "key encipherment", "server auth"];

test("a node's client certificate is in the nodes' group, under a node's name, for clients, without other names", () => {
  assert.equal(refusalOf(kubeletClientSigner, node, client), undefined);
  assert.equal(refusalOf(kubeletClientSigner, node, [...client, "key encipherment"]), undefined);
  assert.match(refusalOf(kubeletClientSigner, { ...node, organizations: ["system:masters"] }, client)!, /organization/);
  assert.match(refusalOf(kubeletClientSigner, { ...node, commonName: "admin" }, client)!, /common name/);
  assert.match(refusalOf(kubeletClientSigner, { ...node, dnsNames: ["a"] }, client)!, /subjectAltNames/);
  assert.match(refusalOf(kubeletClientSigner, node, [...client, "server auth"])!, /usages/);
});

test("a node's serving certificate says where the node is, and is for servers", () => {
  const named = { ...node, addresses: ["10.0.0.1"] };
  assert.equal(refusalOf(kubeletServingSigner, named, serving), undefined);
  assert.match(refusalOf(kubeletServingSigner, node, serving)!, /subjectAltName is required/);
  assert.match(refusalOf(kubeletServingSigner, { ...named, otherNames: ["spiffe://x"] }, serving)!, /URI/);
  assert.match(refusalOf(kubeletServingSigner, named, client)!, /usages/);
});

test("a client certificate may be anybody's, but is for clients only", () => {
  assert.equal(refusalOf(clientSigner, { ...node, commonName: "ann", organizations: [] }, ["client auth"]), undefined);
  assert.match(refusalOf(clientSigner, node, ["server auth"])!, /usages/);
});
