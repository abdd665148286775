import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { resources } from "../../api/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import type { PodShape } from "../pod-security/check.ts";
import { violations } from "../pod-security/levels.ts";
import type { PodSecurityEvaluation } from "../pod-security/observer.ts";
import { ask, nobodyMayAnything as authorizer, pod, refusal } from "../testing/ask.ts";
import { PodSecurity } from "./pod-security.ts";

function namespace(name: string, labels: Record<string, string>) {
  const prefixed = Object.entries(labels).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]);
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: Object.fromEntries(prefixed) } };
}

const cluster = new MemoryCluster([
  namespace("free", {}),
  namespace("strict", { enforce: "restricted" }),
  namespace("warned", { warn: "baseline", "warn-version": "v1.25" }),
]);
const evaluations: PodSecurityEvaluation[] = [];
const plugin = new PodSecurity({
  client: cluster.client,
  informers: cluster.informers,
  clock: new FakeClock(0),
  authorizer,
  podSecurity: { evaluated: (evaluation) => void evaluations.push(evaluation) },
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

before(() => cluster.start());
after(() => cluster.close());

const good = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};
const container = (securityContext: object, name = "c", rest: object = {}) => ({
  name,
  image: "x",
  securityContext,
  ...rest,
});
const told = (level: string, spec: object): string => {
  const shape = { metadata: {}, spec: { containers: [container(good)], ...spec } } as unknown as PodShape;
  return violations({ level, version: "latest" }, shape)?.replace(`"${level}:latest": `, "") ?? "";
};

test("level baseline refuses what leads out of the container", () => {
  const cases: [object, string][] = [
    [{}, ""],
    [
      { hostNetwork: true, hostPID: true, hostIPC: true },
      "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)",
    ],
    [
      {
        containers: [
          container({}, "c", { ports: [{ hostPort: 80 }, { hostPort: 81 }] }),
          container({}, "d", { ports: [{ hostPort: 90 }] }),
        ],
      },
      'hostPort (containers "c", "d" use hostPorts 80, 81, 90)',
    ],
    [
      {
        volumes: [
          { name: "v", hostPath: {} },
          { name: "w", hostPath: {} },
        ],
      },
      'hostPath volumes (volumes "v", "w")',
    ],
    [
      { containers: [container({ capabilities: { add: ["NET_ADMIN", "CHOWN", "SYS_TIME"] } })] },
      'non-default capabilities (container "c" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
    ],
    [
      {
        containers: [container({ seLinuxOptions: { type: "foo", user: "u", role: "r" } })],
        securityContext: { seLinuxOptions: { type: "bar" } },
      },
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: types "bar", "foo"; user may not be set; role may not be set)',
    ],
    [
      { securityContext: { seccompProfile: { type: "Unconfined" } } },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      { securityContext: { sysctls: [{ name: "kernel.msgmax" }, { name: "net.ipv4.ip_local_port_range" }] } },
      "forbidden sysctls (kernel.msgmax)",
    ],
    [
      { containers: [container({ appArmorProfile: { type: "Unconfined" } })] },
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
    ],
    [
      { initContainers: [container({ privileged: true }, "i")] },
      'privileged (container "i" must not set securityContext.privileged=true)',
    ],
    [
      {
        containers: [
          container({}, "c", {
            livenessProbe: { httpGet: { host: "1.2.3.4" } },
            lifecycle: { preStop: { tcpSocket: { host: "h" } } },
          }),
        ],
      },
      'probe or lifecycle host (container "c" uses probe or lifecycle hosts "1.2.3.4", "h")',
    ],
    [{ containers: [container({ procMount: "Unmasked" })], hostUsers: false }, ""],
  ];
  for (const [spec, expected] of cases) assert.equal(told("baseline", spec), expected);
});

test("level restricted wants good practice beside", () => {
  const cases: [object, string][] = [
    [{}, ""],
    [
      { containers: [container({}), container({}, "d")] },
      [
        'allowPrivilegeEscalation != false (containers "c", "d" must set securityContext.allowPrivilegeEscalation=false)',
        'unrestricted capabilities (containers "c", "d" must set securityContext.capabilities.drop=["ALL"])',
        'runAsNonRoot != true (pod or containers "c", "d" must set securityContext.runAsNonRoot=true)',
        'seccompProfile (pod or containers "c", "d" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
      ].join(", "),
    ],
    [{ volumes: [{ name: "v", nfs: {} }] }, 'restricted volume types (volume "v" uses restricted volume type "nfs")'],
    [
      { containers: [container({ ...good, capabilities: { add: ["NET_BIND_SERVICE", "CHOWN"], drop: ["ALL"] } })] },
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [{ containers: [container({ ...good, runAsUser: 0 })] }, 'runAsUser=0 (container "c" must not set runAsUser=0)'],
    [
      { containers: [container({ ...good, runAsNonRoot: false })], securityContext: { runAsNonRoot: true } },
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    ],
  ];
  for (const [spec, expected] of cases) assert.equal(told("restricted", spec), expected);
});

test("a namespace's label decides, and templates are only warned of", async () => {
  const warnings: string[] = [];
  const inside = (name: string, spec: object = {}) => ({
    object: pod("a", spec, { namespace: name }),
    warn: (message: string) => warnings.push(message),
  });
  await ask(plugin, inside("free", { hostNetwork: true }));
  assert.match(
    await refusal(plugin, inside("strict")),
    /^pods "a" is forbidden: violates PodSecurity "restricted:latest": /,
  );
  await ask(plugin, inside("warned", { hostPID: true }));
  assert.deepEqual(warnings.splice(0), ['would violate PodSecurity "baseline:v1.25": host namespaces (hostPID=true)']);
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "j", namespace: "strict" },
    spec: { template: { spec: { containers: [container({ ...good, runAsUser: 0 })] } } },
  };
  await ask(plugin, { ...inside("strict"), object: job });
  assert.deepEqual(warnings, [
    'would violate PodSecurity "restricted:latest": runAsUser=0 (container "c" must not set runAsUser=0)',
  ]);
});

test("labels that mean nothing are refused", async () => {
  assert.equal(
    await refusal(plugin, { object: namespace("bad", { enforce: "foo", "warn-version": "zz" }) }),
    'Namespace "bad" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "foo": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "zz": must be "latest" or "v1.x"]',
  );
});

test("a policy of an older release has the rules of that release", () => {
  const shape = (spec: object): PodShape => ({
    metadata: {},
    spec: { containers: [container(good)], ...spec } as never,
  });
  const found = (version: string, spec: object) => violations({ level: "restricted", version }, shape(spec));
  const sysctl = { securityContext: { sysctls: [{ name: "net.ipv4.tcp_rmem", value: "1" }] } };
  assert.match(found("v1.31", sysctl) ?? "", /forbidden sysctls/);
  assert.equal(found("v1.32", sysctl), undefined);
  const root = { securityContext: { runAsUser: 0 } };
  assert.equal(found("v1.22", root), undefined);
  assert.match(found("v1.23", root) ?? "", /runAsUser=0/);
  const keeping = { containers: [container({ ...good, capabilities: {} })] };
  assert.equal(found("v1.21", keeping), undefined);
  assert.match(found("v1.99", keeping) ?? "", /unrestricted capabilities/);
});

test("a namespace that asks for more is told of the pods that it has", async () => {
  for (const name of ["b", "a"])
    cluster.put({ ...pod(name, { hostNetwork: true }), metadata: { name, namespace: "free" } });
  cluster.put({ ...pod("c", { hostNetwork: true, hostPID: true }), metadata: { name: "c", namespace: "other" } });
  const warnings: string[] = [];
  const change = async (labels: Record<string, string>, old: Record<string, string>) => {
    warnings.length = 0;
    const question = { object: namespace("free", labels), oldObject: namespace("free", old) };
    // The cache hears of the pods a moment later.
    await until(() => cluster.informers.informer(resources.pods).lister.list("free").length === 2);
    await ask(plugin, { ...question, warn: (message) => warnings.push(message) });
    return warnings;
  };
  assert.deepEqual(await change({ enforce: "baseline" }, {}), [
    'existing pods in namespace "free" violate the new PodSecurity enforce level "baseline:latest"',
    "a (and 1 other pod): host namespaces",
  ]);
  assert.deepEqual(await change({ enforce: "baseline" }, { enforce: "restricted" }), []);
});

test("a pod of before may be changed in what the standards say nothing of", async () => {
  const old = { ...pod("p", { hostNetwork: true }), metadata: { name: "p", namespace: "strict" } };
  await ask(plugin, { object: { ...old, metadata: { ...old.metadata, labels: { a: "b" } } }, oldObject: old });
  const image = { ...old, spec: { ...old.spec, containers: [{ name: "c", image: "y" }] } };
  assert.match(await refusal(plugin, { object: image, oldObject: old }), /violates PodSecurity "restricted:latest"/);
});

test("who counts is told of each judgement of a pod, and of what is only warned of", async () => {
  const judged = async (namespace: string) => {
    evaluations.length = 0;
    await ask(plugin, { object: { ...pod("judged", { hostNetwork: true }, { namespace }) } }).catch(() => {});
    return evaluations.map(({ mode, decision, policy }) => `${mode} ${decision} ${policy.level}:${policy.version}`);
  };
  assert.deepEqual(await judged("free"), ["enforce allow privileged:latest"]);
  assert.deepEqual(await judged("strict"), ["enforce deny restricted:latest"]);
  assert.deepEqual(await judged("warned"), ["enforce allow privileged:latest", "warn deny baseline:v1.25"]);
});
