import assert from "node:assert/strict";
import { test } from "node:test";
import { apiServerFlags } from "./api-server-flags.ts";
import { apiServerSettings } from "./api-server-settings.ts";
import { apiServerStyle } from "./api-server-style.ts";
import { etcdFlags, etcdSettings, etcdStyle } from "./etcd-flags.ts";
import { parseFlags } from "./flags.ts";

const parse = (...words: readonly string[]) => parseFlags(words, apiServerFlags, apiServerStyle);
const parseEtcd = (...words: readonly string[]) => parseFlags(words, etcdFlags, etcdStyle);
const needed = [
  "--etcd-servers=http://127.0.0.1:2379",
  "--service-account-issuer=https://127.0.0.1",
  "--service-account-key-file=sa.pub",
  "--service-account-signing-key-file=sa.key",
];

test("a flag has its value behind a sign of equality or as the next word, and underscores are dashes", () => {
  const flags = parse(
    "--secure-port",
    "7000",
    "--bind_address=127.0.0.1",
    "--profiling",
    "-v=4",
    "--api-audiences=a,b",
  );
  assert.equal(flags.number("secure-port", 0), 7000);
  assert.equal(flags.text("bind-address"), "127.0.0.1");
  assert.equal(flags.flag("profiling", false), true);
  assert.equal(flags.number("v", 0), 4);
  assert.deepEqual(flags.parts("api-audiences"), ["a", "b"]);
});

test("what is wrong with a flag is said in upstream's words", () => {
  const said: readonly (readonly [string, string])[] = [
    ["x", '"kube-apiserver" does not take any arguments, got ["x"]'],
    ["--v", "flag needs an argument: --v"],
    ["-z", "unknown shorthand flag: 'z' in -z"],
    ["--toString", "unknown flag: --toString"],
    [
      "--profiling=maybe",
      'invalid argument "maybe" for "--profiling" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      "--request-timeout=5x",
      'invalid argument "5x" for "--request-timeout" flag: time: unknown unit "x" in duration "5x"',
    ],
    ["--bind-address=foo", 'invalid argument "foo" for "--bind-address" flag: failed to parse IP: "foo"'],
    [
      "--tls-sni-cert-key=a,b,c",
      'invalid argument "a,b,c" for "--tls-sni-cert-key" flag: expected comma separated certificate and key file paths',
    ],
    [
      "--max-requests-inflight=1.5",
      'invalid argument "1.5" for "--max-requests-inflight" flag: strconv.ParseInt: parsing "1.5": invalid syntax',
    ],
  ];
  for (const [word, message] of said) assert.throws(() => parse(word), { name: "FlagError", message });
});

test("everything that an API server lacks is said at once", () => {
  assert.throws(() => apiServerSettings(parse("--secure-port=0", "--enable-admission-plugins=Foo")), {
    message:
      '[--etcd-servers must be specified, --secure-port 0 must be between 1 and 65535, inclusive. It cannot be turned off with 0, service-account-issuer is a required flag, either `--service-account-key-file` or `--service-account-signing-endpoint` must be set, --service-account-signing-key-file and --service-account-issuer are required flags, enable-admission-plugins plugin "Foo" is unknown]',
  });
});

test("what Kubets cannot do is refused, not passed over", () => {
  const refused = (...words: readonly string[]) => {
    try {
      apiServerSettings(parse(...needed, ...words));
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  assert.equal(refused("--tracing-config-file=t.yaml"), "--tracing-config-file is not supported by Kubets");
  assert.equal(
    refused("--requestheader-username-headers=X-Remote-User,X-User"),
    "--requestheader-username-headers=X-User is not supported by Kubets: it believes X-Remote-User",
  );
  assert.equal(refused("--authorization-mode=RBAC,ABAC"), "authorization-mode ABAC is not supported by Kubets");
  assert.equal(refused("--runtime-config=apps/v1=false"), "--runtime-config=apps/v1=false is not supported by Kubets");
  assert.equal(refused("--runtime-config=api/all=true"), undefined);
});

test("the audit webhook has upstream's limits, and those that flags set", () => {
  const audit = (...words: readonly string[]) => apiServerSettings(parse(...needed, ...words)).audit;
  assert.deepEqual(audit().webhookLimits, {
    bufferSize: 10_000,
    batchSize: 400,
    batchWaitMs: 30_000,
    retryMs: 10_000,
    ratePerSecond: 10,
    burst: 15,
  });
  const given = audit(
    "--audit-webhook-config-file=w",
    "--audit-webhook-batch-max-wait=1m1.5s",
    "--audit-webhook-batch-max-size=7",
    "--audit-webhook-batch-throttle-enable=false",
    "--audit-webhook-truncate-enabled",
  );
  assert.equal(given.webhookFile, "w");
  const { batchWaitMs, batchSize, burst = 0, maximumEventBytes } = given.webhookLimits;
  assert.deepEqual([batchWaitMs, batchSize, maximumEventBytes], [61_500, 7, 102_400]);
  assert.ok(burst > 1e9);
  assert.throws(() => audit("--audit-webhook-mode=blocking"), { message: /blocking is not supported/ });
});

test("one issuer of tokens may be told by flags", () => {
  const oidc = (...words: readonly string[]) => apiServerSettings(parse(...needed, ...words)).trust.oidc?.issuer;
  const named = ["--oidc-issuer-url=https://i.example", "--oidc-client-id=me"];
  assert.deepEqual(oidc(...named), {
    issuer: { url: "https://i.example", audiences: ["me"] },
    claimMappings: { username: { claim: "sub", prefix: "https://i.example#" } },
    claimValidationRules: [],
    signingAlgorithms: ["RS256"],
  });
  const more = [
    "--oidc-groups-claim=g",
    "--oidc-groups-prefix=p:",
    "--oidc-required-claim=a=b",
    "--oidc-required-claim=c=d",
  ];
  const { claimMappings, ...rest } = oidc(
    ...named,
    ...more,
    "--oidc-username-claim=email",
    "--oidc-signing-algs=ES256,PS256",
  )!;
  assert.deepEqual(claimMappings, { username: { claim: "email", prefix: "" }, groups: { claim: "g", prefix: "p:" } });
  const claimValidationRules = [
    { claim: "a", requiredValue: "b" },
    { claim: "c", requiredValue: "d" },
  ];
  assert.deepEqual([rest.claimValidationRules, rest.signingAlgorithms], [claimValidationRules, ["ES256", "PS256"]]);
  const prefix = (text: string) => oidc(...named, `--oidc-username-prefix=${text}`)!.claimMappings.username.prefix;
  assert.deepEqual([prefix("-"), prefix("x:")], ["", "x:"]);
});

test("what is wrong with the flags of an issuer is said in upstream's words", () => {
  const together = "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set";
  const said: readonly (readonly [string, readonly string[]])[] = [
    [together, ["--oidc-groups-claim=g"]],
    [together, ["--oidc-issuer-url=https://i.example"]],
    [
      "authentication-config file and oidc-* flags are mutually exclusive",
      ["--oidc-issuer-url=https://i.example", "--oidc-client-id=a", "--authentication-config=f"],
    ],
    [
      'oidc: unsupported signing alg: "HS256"',
      ["--oidc-issuer-url=https://i.example", "--oidc-client-id=a", "--oidc-signing-algs=HS256"],
    ],
  ];
  for (const [message, words] of said)
    assert.throws(() => apiServerSettings(parse(...needed, ...words)), { name: "FlagError", message });
});

test("who is nobody in particular is let in where somebody decides, and not where everybody may do everything", () => {
  const anonymous = (...words: readonly string[]) => apiServerSettings(parse(...needed, ...words)).trust.anonymous;
  assert.equal(anonymous("--authorization-mode=RBAC"), true);
  assert.equal(anonymous(), false);
  assert.equal(anonymous("--authorization-mode=RBAC", "--anonymous-auth=false"), false);
});

test("etcd takes its flags with one dash or two and listens where its client URLs say", () => {
  const flags = parseEtcd(
    "-listen-client-urls",
    "http://127.0.0.1:2379,http://[::1]:2380,unix:///tmp/etcd.sock",
    "--unsafe-no-fsync",
    "--data-dir=d",
  );
  assert.deepEqual(etcdSettings(flags), {
    dataFolder: "d",
    durable: false,
    listen: [{ host: "127.0.0.1", port: 2379 }, { host: "::1", port: 2380 }, { path: "/tmp/etcd.sock" }],
  });
  assert.throws(() => parseEtcd("--nonsense"), { message: "flag provided but not defined: -nonsense" });
});
