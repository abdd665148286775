import type { appsv1 } from "../../../api/mod.ts";
import type { DescribeContext } from "./context.ts";
import { annotationText, type Lines, labelText, tableLines, timeText } from "./lines.ts";
import { podTemplateLines } from "./pod-template.ts";

export async function describeDeployment(deployment: appsv1.Deployment, context: DescribeContext): Promise<Lines> {
  const { metadata, spec, status = {} } = deployment;
  const all = await context.list<appsv1.ReplicaSet>("replicasets.apps", {}, metadata.namespace);
  const owned = all.filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const revision = metadata.annotations?.["deployment.kubernetes.io/revision"];
  const current = owned.filter((set) => set.metadata.annotations?.["deployment.kubernetes.io/revision"] === revision);
  const old = owned.filter((set) => !current.includes(set)).sort(byAge);
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["CreationTimestamp:", timeText(metadata.creationTimestamp)],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["Selector:", labelText(spec.selector.matchLabels).replaceAll("\n", ",")],
    ["Replicas:", replicaCounts(deployment)],
    ["StrategyType:", spec.strategy?.type ?? ""],
    ["MinReadySeconds:", String(spec.minReadySeconds ?? 0)],
    ...strategyLines(deployment),
    ...podTemplateLines("Pod Template:", spec.template),
    ...conditionLines(status.conditions),
    ["OldReplicaSets:", old.map(replicaSet).join(", ") || "<none>"],
    ["NewReplicaSet:", current.map(replicaSet).join(", ") || "<none>"],
  ];
}

function replicaCounts({ spec, status = {} }: appsv1.Deployment): string {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  const counts = [`${spec.replicas ?? 1} desired`, `${updatedReplicas} updated`, `${replicas} total`];
  return `${counts.join(" | ")} | ${availableReplicas} available | ${unavailableReplicas} unavailable`;
}

function strategyLines({ spec }: appsv1.Deployment): Lines {
  const { rollingUpdate } = spec.strategy ?? {};
  if (!rollingUpdate) return [];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  return [["RollingUpdateStrategy:", `${maxUnavailable} max unavailable, ${maxSurge} max surge`]];
}

function conditionLines(conditions: readonly appsv1.DeploymentCondition[] | undefined): Lines {
  if (!conditions?.length) return [];
  const rows = conditions.map(({ type, status, reason }) => [`${type} `, status, reason ?? ""]);
  return [["Conditions:"], ...tableLines(["Type", "Status", "Reason"], rows)];
}

/** The oldest first; of the same second, by name. */
function byAge({ metadata: a }: appsv1.ReplicaSet, { metadata: b }: appsv1.ReplicaSet): number {
  const key = ({ creationTimestamp, name }: typeof a) => `${creationTimestamp} ${name}`;
  return key(a) < key(b) ? -1 : 1;
}

const replicaSet = ({ metadata, spec, status }: appsv1.ReplicaSet): string =>
  `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`;
