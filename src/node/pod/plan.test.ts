import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { type ContainerFacts, containerOf, observationOf, podOf, type SandboxFacts } from "../testing/pods.ts";
import { nothingObserved } from "./observation.ts";
import { type ContainerHealth, planPod } from "./plan.ts";

const healthy: ContainerHealth = { started: () => true, failedProbe: () => undefined, backoffMs: () => 0 };
const side = { name: "side", image: "image:1", restartPolicy: "Always" };
const first = { name: "first", image: "image:1" };
const ended = (exitCode: number, more: ContainerFacts = {}): ContainerFacts => ({
  state: "CONTAINER_EXITED",
  exitCode,
  ...more,
});

interface Case {
  readonly spec?: Partial<corev1.PodSpec>;
  readonly containers?: readonly ContainerFacts[];
  readonly sandbox?: SandboxFacts;
  readonly health?: Partial<ContainerHealth>;
}

/** The plan in words: `keep start main`. */
function planned({ spec = {}, containers, sandbox, health = {} }: Case): string {
  const observation =
    containers === undefined && sandbox === undefined
      ? nothingObserved
      : observationOf((containers ?? []).map(containerOf), sandbox);
  const plan = planPod({ pod: podOf(spec), observation, health: { ...healthy, ...health } });
  const words = [
    plan.sandbox.kind === "create" ? `create ${plan.sandbox.attempt}` : plan.sandbox.kind,
    ...plan.stopSandboxes.map((id) => `stop ${id}`),
    ...plan.stop.map(({ message }) => `stop: ${message}`),
    ...plan.start.map(({ spec: { name } }) => `start ${name}`),
    ...plan.backedOff.map(({ container }) => `back off ${container.spec.name}`),
    ...(plan.finished ? ["finished"] : []),
  ];
  return words.join(", ");
}

const cases: readonly [sentence: string, given: Case, plan: string][] = [
  ["a new pod gets a sandbox", {}, "create 0"],
  ["in a sandbox its containers are started", { containers: [] }, "keep, start main"],
  ["a running pod is left alone", { containers: [{}] }, "keep"],
  ["what ended is restarted", { containers: [ended(0)] }, "keep, start main"],
  [
    "a failure is restarted on failure",
    { spec: { restartPolicy: "OnFailure" }, containers: [ended(1)] },
    "keep, start main",
  ],
  [
    "a success is not restarted on failure",
    { spec: { restartPolicy: "OnFailure" }, containers: [ended(0)] },
    "keep, finished",
  ],
  ["nothing is restarted under Never", { spec: { restartPolicy: "Never" }, containers: [ended(1)] }, "keep, finished"],
  ["a restart waits for its time", { containers: [ended(1)], health: { backoffMs: () => 500 } }, "keep, back off main"],
  [
    "what was made and never started is made again",
    { containers: [{ state: "CONTAINER_CREATED" }] },
    "keep, start main",
  ],
  [
    "a dead sandbox gives back its address and is replaced",
    { containers: [ended(137)], sandbox: { ready: false } },
    "create 1, stop s0",
  ],
  [
    "a sandbox without an address is stopped and replaced",
    { containers: [], sandbox: { address: "" } },
    "create 1, stop s0",
  ],
  [
    "with the host's network no address is needed",
    { spec: { hostNetwork: true }, containers: [{}], sandbox: { address: "" } },
    "keep",
  ],
  [
    "a pod that never restarts and has begun gets no second sandbox",
    { spec: { restartPolicy: "Never" }, containers: [ended(137)], sandbox: { ready: false } },
    "none, finished",
  ],
  [
    "a failed liveness probe stops the container",
    { containers: [{}], health: { failedProbe: () => "liveness" } },
    "keep, stop: Container main failed liveness probe, will be restarted",
  ],
  [
    "a changed image stops the container",
    { spec: { containers: [{ name: "main", image: "image:2" }] }, containers: [{}] },
    "keep, stop: Container main definition changed, will be restarted",
  ],
  [
    "init containers come first, one by one",
    { spec: { initContainers: [first, { ...first, name: "second" }] }, containers: [] },
    "keep, start first",
  ],
  ["the next waits while one runs", { spec: { initContainers: [first] }, containers: [{ name: "first" }] }, "keep"],
  [
    "regular ones follow a success",
    { spec: { initContainers: [first] }, containers: [ended(0, { name: "first" })] },
    "keep, start main",
  ],
  [
    "a failed init container under Never fails the pod",
    { spec: { restartPolicy: "Never", initContainers: [first] }, containers: [ended(1, { name: "first" })] },
    "keep, finished",
  ],
  [
    "a failed init container is run again otherwise",
    { spec: { initContainers: [first] }, containers: [ended(1, { name: "first" })] },
    "keep, start first",
  ],
  [
    "an init container is not run again after its success",
    { spec: { initContainers: [first] }, containers: [ended(0, { name: "first" }), {}] },
    "keep",
  ],
  [
    "init containers run again in a new sandbox",
    { spec: { initContainers: [first] }, containers: [ended(0, { name: "first" }), ended(1)], sandbox: { attempt: 1 } },
    "keep, start first",
  ],
  [
    "a sidecar that has started lets the next begin",
    { spec: { initContainers: [side] }, containers: [{ name: "side" }] },
    "keep, start main",
  ],
  [
    "one that has not does not",
    { spec: { initContainers: [side] }, containers: [{ name: "side" }], health: { started: () => false } },
    "keep",
  ],
  [
    "a sidecar is restarted beside running containers",
    { spec: { initContainers: [side] }, containers: [ended(0, { name: "side" }), {}] },
    "keep, start side",
  ],
  [
    "a pod is finished when only its sidecar runs",
    { spec: { restartPolicy: "Never", initContainers: [side] }, containers: [{ name: "side" }, ended(0)] },
    "keep, finished",
  ],
  [
    "an ephemeral container is started once",
    { spec: { ephemeralContainers: [{ name: "debug", image: "image:1" }] }, containers: [{}] },
    "keep, start debug",
  ],
  [
    "and never again",
    {
      spec: { ephemeralContainers: [{ name: "debug", image: "image:1" }] },
      containers: [{}, ended(1, { name: "debug" })],
    },
    "keep",
  ],
  [
    "a rule about exit codes stands above the policy",
    {
      spec: {
        restartPolicy: "Never",
        containers: [
          {
            name: "main",
            image: "image:1",
            restartPolicy: "Never",
            restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }],
          },
        ],
      },
      containers: [ended(42)],
    },
    "keep, start main",
  ],
];

for (const [sentence, given, plan] of cases) {
  test(`${sentence}`, () => assert.equal(planned(given), plan));
}
