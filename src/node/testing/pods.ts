/** Pods and what a runtime has of them, as plain values for tests. */
import type { corev1 } from "../../api/mod.ts";
import { received } from "../cri/types.ts";
import { containerHash } from "../pod/containers.ts";
import type { ObservedContainer, PodObservation } from "../pod/observation.ts";
import { containerHashAnnotation, containerNameLabel, restartCountAnnotation } from "../runtime/labels.ts";

export function podOf(
  spec: Partial<corev1.PodSpec>,
  metadata: Partial<corev1.Pod["metadata"]> = {},
  status: corev1.PodStatus = {},
): corev1.Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web",
      namespace: "team",
      uid: "u1",
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec: { containers: [{ name: "main", image: "image:1" }], restartPolicy: "Always", ...spec },
    status,
  } as corev1.Pod;
}

export interface ContainerFacts {
  readonly name?: string;
  readonly image?: string;
  readonly state?: ObservedContainer["status"]["state"];
  readonly exitCode?: number;
  readonly sandboxId?: string;
  readonly attempt?: number;
  /** Seconds since the epoch. */
  readonly createdAt?: number;
  readonly finishedAt?: number;
  readonly terminationMessage?: string;
}

export function containerOf(facts: ContainerFacts = {}): ObservedContainer {
  const {
    name = "main",
    image = "image:1",
    state = "CONTAINER_RUNNING",
    exitCode = 0,
    sandboxId = "s0",
    attempt = 0,
    createdAt = 100,
  } = facts;
  const finishedAt = facts.finishedAt ?? (state === "CONTAINER_EXITED" ? createdAt + 1 : 0);
  return {
    name,
    sandboxId,
    terminationMessage: facts.terminationMessage ?? "",
    status: received("ContainerStatus", {
      id: `${name}-${attempt}`,
      metadata: { name, attempt },
      state,
      exitCode,
      createdAt: createdAt * 1e9,
      startedAt: state === "CONTAINER_CREATED" ? 0 : createdAt * 1e9,
      finishedAt: finishedAt * 1e9,
      imageRef: "sha256:1",
      labels: { [containerNameLabel]: name },
      annotations: {
        [containerHashAnnotation]: containerHash({ name, image }),
        [restartCountAnnotation]: String(attempt),
      },
    }),
  };
}

export interface SandboxFacts {
  readonly ready?: boolean;
  readonly address?: string;
  readonly attempt?: number;
}

/** One sandbox, `s0` counted by its attempt, and these containers. */
export function observationOf(
  containers: readonly ObservedContainer[],
  { ready = true, address = "10.0.0.5", attempt = 0 }: SandboxFacts = {},
): PodObservation {
  const common = {
    id: `s${attempt}`,
    metadata: { name: "web", uid: "u1", namespace: "team", attempt },
    state: ready ? ("SANDBOX_READY" as const) : ("SANDBOX_NOTREADY" as const),
  };
  const newestFirst = [...containers].sort((a, b) => b.status.createdAt - a.status.createdAt);
  return {
    sandboxes: [received("PodSandbox", common)],
    sandbox: received("PodSandboxStatus", { ...common, network: { ip: address, additionalIps: [] } }),
    containers: Map.groupBy(newestFirst, ({ name }) => name),
  };
}
