import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseRequest } from "../request/request-info.ts";
import { auditedHow, type Policy, type PolicyRule, readAuditPolicy } from "./policy.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-audit-"));
after(() => rmSync(folder, { recursive: true }));

function read(text: string): Policy {
  const file = join(folder, "policy.yaml");
  writeFileSync(file, `apiVersion: audit.k8s.io/v1\nkind: Policy\n${text}`);
  return readAuditPolicy(file);
}

const jane = { name: "jane", groups: ["devs"] };

function fits(rule: Omit<PolicyRule, "level">, method: string, path: string): boolean {
  const policy: Policy = { rules: [{ level: "Metadata", ...rule }] };
  return auditedHow(policy, parseRequest(method, path), jane).level === "Metadata";
}

const pod = "/api/v1/namespaces/shop/pods/web";

test("a rule fits by user, group and verb", () => {
  assert.ok(fits({}, "GET", pod));
  assert.ok(fits({ users: ["jane"], verbs: ["get"] }, "GET", pod));
  assert.ok(!fits({ users: ["joe"] }, "GET", pod));
  assert.ok(fits({ userGroups: ["devs"] }, "GET", "/healthz"));
  assert.ok(!fits({ userGroups: ["ops"] }, "GET", pod));
  assert.ok(!fits({ verbs: ["create"] }, "GET", pod));
});

test("a rule fits by group, resource, subresource, name and namespace", () => {
  const resources = (...names: string[]) => ({ resources: [{ group: "", resources: names }] });
  assert.ok(fits(resources("pods"), "GET", pod));
  assert.ok(!fits(resources("pods"), "GET", `${pod}/log`));
  for (const name of ["pods/log", "pods/*", "*/log", "*"]) assert.ok(fits(resources(name), "GET", `${pod}/log`), name);
  assert.ok(!fits(resources("pods/*"), "GET", pod));
  assert.ok(fits({ resources: [{ group: "apps" }] }, "GET", "/apis/apps/v1/deployments"));
  assert.ok(!fits({ resources: [{ group: "apps" }] }, "GET", pod));
  assert.ok(fits({ resources: [{ resources: ["pods"], resourceNames: ["web"] }] }, "GET", pod));
  assert.ok(!fits({ resources: [{ resources: ["pods"], resourceNames: ["db"] }] }, "GET", pod));
  assert.ok(fits({ namespaces: ["shop"] }, "GET", pod));
  assert.ok(!fits({ namespaces: [""] }, "GET", pod));
  assert.ok(fits({ namespaces: [""] }, "GET", "/api/v1/nodes"));
  assert.ok(!fits({ namespaces: ["shop"] }, "GET", "/healthz"));
});

test("a rule for paths fits no resources", () => {
  assert.ok(fits({ nonResourceURLs: ["/healthz*"] }, "GET", "/healthz/ping"));
  assert.ok(!fits({ nonResourceURLs: ["/healthz"] }, "GET", "/healthz/ping"));
  assert.ok(!fits({ nonResourceURLs: ["*"] }, "GET", pod));
});

test("the first rule decides, what is omitted adds up, and no rule means nothing", () => {
  const policy = read(
    "omitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n" +
      "- {level: None, users: [joe]}\n" +
      "- {level: Request, verbs: [get], omitStages: [ResponseStarted], omitManagedFields: false}\n",
  );
  const how = auditedHow(policy, parseRequest("GET", pod), jane);
  assert.equal(how.level, "Request");
  assert.deepEqual([...how.omitStages], ["RequestReceived", "ResponseStarted"]);
  assert.equal(how.omitManagedFields, false);
  assert.equal(auditedHow(policy, parseRequest("POST", pod), jane).level, "None");
});

test("a policy that would not do what it says is refused", () => {
  const refused: [string, RegExp][] = [
    ["rules: []", /needs at least one rule/],
    ["rules: [{level: All}]", /rules\[0\]\.level: unknown level "All"/],
    ["rules: [{level: Request, verb: [get]}]", /rules\[0\]\.verb: unknown field/],
    ["rules: [{level: Request, omitStages: [End]}]", /unknown stage "End"/],
    ["rules: [{level: Request, nonResourceURLs: [/a], namespaces: [b]}]", /cannot apply to both/],
    ["rules: [{level: Request, nonResourceURLs: ['/a*b']}]", /with "\*" at its end only/],
    ["rules: [{level: Request, resources: [{resourceNames: [a]}]}]", /requires at least one resource/],
  ];
  for (const [text, message] of refused) assert.throws(() => read(text), { name: "ConfigurationError", message });
});
