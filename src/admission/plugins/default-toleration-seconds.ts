/** Pods stay for five minutes on a node that is not ready or not reachable, unless they say otherwise. */
import { type corev1, ownPart, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming, isWrite } from "../request.ts";

const tolerationSeconds = 300;
const taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;

/** A toleration without a key tolerates every key, one without an effect every effect. */
function tolerates(toleration: corev1.Toleration, key: string): boolean {
  const sameKey = !toleration.key || toleration.key === key;
  return sameKey && (!toleration.effect || toleration.effect === "NoExecute");
}

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && concerns(attributes, resources.pods);
  },

  admit(attributes: AdmissionAttributes): void {
    const pod = incoming<corev1.Pod>(attributes);
    const given = pod.spec.tolerations ?? [];
    const missing = taints.filter((key) => !given.some((toleration) => tolerates(toleration, key)));
    if (missing.length === 0) return;
    const added = missing.map((key) => ({
      key,
      operator: "Exists" as const,
      effect: "NoExecute" as const,
      tolerationSeconds,
    }));
    ownPart(pod, "spec").tolerations = [...given, ...added];
  },
};
