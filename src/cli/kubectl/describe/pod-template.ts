import type { corev1 } from "../../../api/mod.ts";
import { containerLines } from "./containers.ts";
import { annotationText, type Lines, labelText } from "./lines.ts";
import { tolerationsText } from "./pod.ts";
import { volumeLines } from "./volumes.ts";

/** What a workload's pods are made from; `label` heads it. */
export function podTemplateLines(label: string, { metadata, spec }: corev1.PodTemplateSpec): Lines {
  const indents = ["  ", "   "] as const;
  return [
    [label],
    ["  Labels:", labelText(metadata?.labels)],
    ...(metadata?.annotations ? [["  Annotations:", annotationText(metadata.annotations)]] : []),
    ...(spec?.serviceAccountName ? [["  Service Account:", spec.serviceAccountName]] : []),
    ...containerLines(spec?.initContainers, { label: "Init Containers", indents }),
    ...containerLines(spec?.containers, { label: "Containers", indents }),
    ...volumeLines(spec?.volumes, "  "),
    ...(spec?.priorityClassName ? [["  Priority Class Name:", spec.priorityClassName]] : []),
    ["  Node-Selectors:", labelText(spec?.nodeSelector)],
    ["  Tolerations:", tolerationsText(spec?.tolerations)],
  ];
}
