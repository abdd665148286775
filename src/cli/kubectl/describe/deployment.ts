import type { appsv1 } from "../../../api/mod.ts";
import type { DescribeContext } from "./context.ts";
import { annotationText, conditionLines, type Lines, labelText, nestedLines, timeText } from "./lines.ts";

export async function describeDeployment(deployment: appsv1.Deployment, context: DescribeContext): Promise<Lines> {
  const { metadata, spec, status = {} } = deployment;
  const all = await context.list<appsv1.ReplicaSet>("replicasets.apps", {}, metadata.namespace);
  const owned = all.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const revision = metadata.annotations?.["deployment.kubernetes.io/revision"];
  const current = owned.filter((set) => set.metadata.annotations?.["deployment.kubernetes.io/revision"] === revision);
  const old = owned.filter((set) => !current.includes(set) && (set.spec.replicas ?? 0) > 0);
  const { rollingUpdate, type } = spec.strategy ?? {};
  const unavailable = status.unavailableReplicas ?? 0;
  const counts = [
    `${spec.replicas ?? 1} desired`,
    `${status.updatedReplicas ?? 0} updated`,
    `${status.replicas ?? 0} total`,
  ];
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["CreationTimestamp:", timeText(metadata.creationTimestamp)],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["Selector:", labelText(spec.selector.matchLabels).replaceAll("\n", ",")],
    ["Replicas:", `${counts.join(" | ")} | ${status.availableReplicas ?? 0} available | ${unavailable} unavailable`],
    ["StrategyType:", type ?? ""],
    ["MinReadySeconds:", String(spec.minReadySeconds ?? 0)],
    ...(rollingUpdate
      ? [
          [
            "RollingUpdateStrategy:",
            `${rollingUpdate.maxUnavailable} max unavailable, ${rollingUpdate.maxSurge} max surge`,
          ] as const,
        ]
      : []),
    ["Pod Template:", ""],
    ...nestedLines(
      { labels: spec.template.metadata?.labels ?? {}, containers: spec.template.spec?.containers ?? [] },
      1,
    ),
    ...conditionLines(status.conditions),
    ["OldReplicaSets:", old.map(replicaSet).join(", ") || "<none>"],
    ["NewReplicaSet:", current.map(replicaSet).join(", ") || "<none>"],
  ];
}

const replicaSet = ({ metadata, spec, status }: appsv1.ReplicaSet): string =>
  `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`;
