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

test("of a patch of no kind the options are not judged: its content type is what is wrong", () => {
  assert.equal(problem("force=true&dryRun=b", { applies: false, unknownPatch: true }), undefined);
});
