import assert from "node:assert/strict";
import { test } from "node:test";
import { operationOf } from "./operation-of.ts";
import { parseRequest } from "./request-info.ts";

function problem(query: string, patch: { readonly applies: boolean; readonly unknownPatch: boolean }) {
  const info = parseRequest("PATCH", `/api/v1/namespaces/default/configmaps/a?${query}`);
  const source = { info, request: info.resource!, user: { name: "jane", groups: [] }, userAgent: "t", now: 0 };
  try {
    operationOf({ ...source, ...patch, signal: () => new AbortController().signal, warn: () => {} });
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

test("what is wrong with a patch's options is told in upstream's order", () => {
  assert.equal(
    problem("force=true&dryRun=b", { applies: false, unknownPatch: false }),
    'PatchOptions.meta.k8s.io "" is invalid: [force: Forbidden: may not be specified for non-apply patch, dryRun: Unsupported value: ["b"]: supported values: "All"]',
  );
});

test("who names no manager is called by the user agent, as its bytes say it", () => {
  const info = parseRequest("POST", "/api/v1/namespaces/default/configmaps");
  const source = { info, request: info.resource!, user: { name: "jane", groups: [] }, now: 0, applies: false };
  const others = { signal: () => new AbortController().signal, warn: () => {} };
  const managerOf = (userAgent: string) => operationOf({ ...source, ...others, userAgent }).fieldManager;
  assert.equal(managerOf("kubectl/v1.36.3 (linux/amd64)"), "kubectl");
  assert.equal(managerOf("ku\tbe/1"), "kube");
  assert.equal(managerOf(Buffer.from("kü/1").toString("latin1")), "kü");
  assert.equal(managerOf(Buffer.from(`${"a".repeat(127)}ü`).toString("latin1")), "a".repeat(127));
  for (const nameless of ["", "/1", "\t/1"]) assert.equal(managerOf(nameless), "unknown");
});

test("of a patch of no kind the options are not judged: its content type is what is wrong", () => {
  assert.equal(problem("force=true&dryRun=b", { applies: false, unknownPatch: true }), undefined);
});
