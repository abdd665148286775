/** Pods keep others off their node, not off a zone or the whole cluster. Off by default. */
import { type corev1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming, isWrite } from "../request.ts";

const hostname = "kubernetes.io/hostname";

export const limitPodHardAntiAffinityTopology: AdmissionPlugin = {
  name: "LimitPodHardAntiAffinityTopology",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && concerns(attributes, resources.pods);
  },

  validate(attributes: AdmissionAttributes): void {
    const { affinity } = incoming<corev1.Pod>(attributes).spec;
    const terms = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const other = terms.find(({ topologyKey }) => topologyKey !== hostname);
    if (!other) return;
    const list = "affinity.PodAntiAffinity.RequiredDuringScheduling";
    throw forbidden(attributes, `${list} has TopologyKey ${other.topologyKey} but only key ${hostname} is allowed`);
  },
};
