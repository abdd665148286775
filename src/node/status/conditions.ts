/** The conditions of a node: reasons and sentences are the kubelet's. */
import type { corev1 } from "../../api/mod.ts";
import type { RuntimeCondition } from "../runtime/contract.ts";

type Fact = Pick<corev1.NodeCondition, "type" | "status" | "reason" | "message">;

const pressures: readonly Fact[] = [
  {
    type: "MemoryPressure",
    status: "False",
    reason: "KubeletHasSufficientMemory",
    message: "kubelet has sufficient memory available",
  },
  {
    type: "DiskPressure",
    status: "False",
    reason: "KubeletHasNoDiskPressure",
    message: "kubelet has no disk pressure",
  },
  {
    type: "PIDPressure",
    status: "False",
    reason: "KubeletHasSufficientPID",
    message: "kubelet has sufficient PID available",
  },
];

/** What stands against the node's readiness; `conditions` absent: the runtime does not answer. */
export function runtimeProblem(conditions: readonly RuntimeCondition[] | undefined): string | undefined {
  if (conditions === undefined) return "container runtime is down";
  const failed = ["RuntimeReady", "NetworkReady"].flatMap((type) => {
    const condition = conditions.find((one) => one.type === type);
    if (condition?.status) return [];
    const subject = type === "RuntimeReady" ? "container runtime not ready" : "container runtime network not ready";
    return [`${subject}: ${type}=false reason:${condition?.reason ?? ""} message:${condition?.message ?? ""}`];
  });
  return failed.length > 0 ? failed.join(", ") : undefined;
}

export function nodeConditions(
  problem: string | undefined,
  before: readonly corev1.NodeCondition[],
  now: string,
): corev1.NodeCondition[] {
  const ready: Fact =
    problem === undefined
      ? { type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" }
      : { type: "Ready", status: "False", reason: "KubeletNotReady", message: problem };
  return [...pressures, ready].map((fact) => {
    const old = before.find(({ type }) => type === fact.type);
    const lastTransitionTime = old?.status === fact.status ? (old.lastTransitionTime ?? now) : now;
    return { ...fact, lastHeartbeatTime: now, lastTransitionTime };
  });
}
