import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { clusterOptions, type RawOptions } from "./options.ts";
import { requireFiles } from "./required-files.ts";

const folder = mkdtempSync(join(tmpdir(), "kubets-required-files-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);

const config = (kind: string, rest: string) => `apiVersion: apiserver.config.k8s.io/v1\nkind: ${kind}\n${rest}`;
const kubeconfig = (server: string) => `apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {${server}}}]
users: [{name: a, user: {}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
`;
const missingAuthority = kubeconfig(`server: "https://127.0.0.1:1", certificate-authority: ${path("none.crt")}`);
const webhook = (file: string) =>
  config(
    "AuthorizationConfiguration",
    `authorizers: [{type: Webhook, name: a, webhook: {timeout: 3s, authorizedTTL: 1s, unauthorizedTTL: 1s, subjectAccessReviewVersion: v1,
  failurePolicy: Deny, connectionInfo: {type: KubeConfigFile, kubeConfigFile: ${file}}}}]`,
  );

/** What each option's file may say, and what it may not beside what no file may. */
const table: readonly {
  readonly option: keyof RawOptions;
  readonly says: string;
  readonly good: string;
  readonly wrong: Readonly<Record<string, RegExp>>;
}[] = [
  {
    option: "encryptionProviderConfig",
    says: "error reading encryption provider configuration file",
    good: config("EncryptionConfiguration", "resources: [{resources: [secrets], providers: [{identity: {}}]}]"),
    wrong: {
      [config("EncryptionConfiguration", "resources: []")]: /at least one resource is required$/,
      [config(
        "EncryptionConfiguration",
        "resources: [{resources: [secrets], providers: [{aescbc: {keys: [{name: a, secret: eA==}]}}]}]",
      )]: /resources\[0\]\.providers\[0\]\.aescbc\.keys\[0\]\.secret: secret is not of the expected length, got 1/,
    },
  },
  {
    option: "authenticationConfig",
    says: "failed to load authentication configuration from file",
    good: config("AuthenticationConfiguration", "jwt: []"),
    wrong: { [config("AuthenticationConfiguration", "jwts: []")]: /jwts: unknown field$/ },
  },
  {
    option: "authenticationTokenWebhookConfigFile",
    says: "error loading config file",
    good: kubeconfig('server: "https://127.0.0.1:1"'),
    wrong: { [missingAuthority]: /open \S+none\.crt: no such file or directory$/ },
  },
  {
    option: "authorizationConfig",
    says: "failed to load AuthorizationConfiguration from file",
    good: config("AuthorizationConfiguration", "authorizers: [{type: Node, name: a}, {type: RBAC, name: b}]"),
    wrong: {
      [config("AuthorizationConfiguration", "authorizers: []")]: /at least one authorization mode must be defined$/,
      [webhook("/proc/none.yaml")]: /none\.yaml/,
    },
  },
  {
    option: "auditPolicyFile",
    says: "loading audit policy file",
    good: "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n",
    wrong: {
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n": /at least one rule$/,
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Much}]\n": /rules\[0\]\.level: unknown level "Much"$/,
    },
  },
  {
    option: "auditWebhookConfigFile",
    says: "initializing audit webhook: error loading config file",
    good: kubeconfig('server: "https://127.0.0.1:1"'),
    wrong: { [missingAuthority]: /open \S+none\.crt: no such file or directory$/ },
  },
];

const check = (raw: RawOptions) => requireFiles(clusterOptions({ ...raw, runtime: "simulated" }, () => path("data")));

for (const { option, says, good, wrong } of table) {
  test(`${option} names a file that is there, is readable, and makes sense`, async () => {
    const refused = async (file: string, why: RegExp) => {
      const [before, start] = [readdirSync(folder), `${says} ${JSON.stringify(file)}: `];
      await assert.rejects(check({ [option]: file }), (error: Error & { code?: string; hint?: string }) => {
        assert.equal(error.code, "bad-option");
        assert.match(error.hint ?? "", /^mend what --[a-z-]+ names$/);
        assert.equal(error.message.slice(0, start.length), start);
        assert.match(error.message.slice(start.length), why);
        return true;
      });
      assert.deepEqual(readdirSync(folder), before);
    };
    const file = path(`${option}.yaml`);
    writeFileSync(file, good);
    await check({ [option]: file });
    await refused(path("missing"), /^open \S+missing: no such file or directory$/);
    await refused(folder, /is a directory$/);
    await refused(join(file, "below"), /not a directory$/);
    for (const text of ["a: [\n", "", "apiVersion: v1\nkind: Pod\n", "\0\0\0"]) {
      writeFileSync(file, text);
      await refused(file, /^.{3}/);
    }
    for (const [text, why] of Object.entries(wrong)) {
      writeFileSync(file, text);
      await refused(file, why);
    }
  });
}

test("the audit log is a file that can be written into, and is not made", async () => {
  await check({ auditLogPath: path("audit.log") });
  assert.equal(readdirSync(folder).includes("audit.log"), false);
  await check({ auditLogPath: "-" });
  const refused = (auditLogPath: string, message: RegExp) =>
    assert.rejects(check({ auditLogPath }), { code: "bad-option", message });
  await refused(folder, /^the audit log cannot be written into "\S+": open \S+: is a directory$/);
  await refused(path("none/audit.log"), /": open \S+audit\.log: no such file or directory$/);
  await refused("/proc/none", /^the audit log cannot be written into "\/proc\/none": open \/proc\/none: /);
  mkdirSync(path("closed"));
  writeFileSync(path("present"), "before");
  await refused(path("present/audit.log"), /present\/audit\.log: not a directory$/);
  chmodSync(path("closed"), 0o500);
  if (process.getuid?.() !== 0) await refused(path("closed/audit.log"), /permission denied$/);
});
