/** How far a rollout is, in kubectl's words. Pure. */
import type { appsv1 } from "../../api/mod.ts";
import { UsageError } from "../failure.ts";

export interface Progress {
  readonly message: string;
  readonly done: boolean;
}

const waiting = (message: string): Progress => ({ message: `${message}\n`, done: false });
const finished = (message: string): Progress => ({ message: `${message}\n`, done: true });

export function rolloutProgress(kind: string, name: string, object: unknown): Progress {
  if (kind === "Deployment") return deploymentProgress(name, object as appsv1.Deployment);
  if (kind === "DaemonSet") return daemonSetProgress(name, object as appsv1.DaemonSet);
  if (kind === "StatefulSet") return statefulSetProgress(object as appsv1.StatefulSet);
  throw new UsageError(`no status viewer has been implemented for ${kind}`);
}

const observed = (object: { metadata: { generation?: number }; status?: { observedGeneration?: number } }): boolean =>
  (object.metadata.generation ?? 0) <= (object.status?.observedGeneration ?? 0);

function deploymentProgress(name: string, deployment: appsv1.Deployment): Progress {
  if (!observed(deployment)) return waiting("Waiting for deployment spec update to be observed...");
  const { status = {}, spec } = deployment;
  const progressing = status.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    throw new UsageError(`deployment "${name}" exceeded its progress deadline`);
  const [wanted, updated] = [spec.replicas ?? 1, status.updatedReplicas ?? 0];
  const [replicas, available] = [status.replicas ?? 0, status.availableReplicas ?? 0];
  const prefix = `Waiting for deployment "${name}" rollout to finish: `;
  if (updated < wanted) return waiting(`${prefix}${updated} out of ${wanted} new replicas have been updated...`);
  if (replicas > updated) return waiting(`${prefix}${replicas - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${prefix}${available} of ${updated} updated replicas are available...`);
  return finished(`deployment "${name}" successfully rolled out`);
}

function daemonSetProgress(name: string, daemonSet: appsv1.DaemonSet): Progress {
  if (daemonSet.spec.updateStrategy?.type !== "RollingUpdate")
    throw new UsageError("rollout status is only available for RollingUpdate strategy type");
  if (!observed(daemonSet)) return waiting("Waiting for daemon set spec update to be observed...");
  const { status } = daemonSet;
  const wanted = status?.desiredNumberScheduled ?? 0;
  const prefix = `Waiting for daemon set "${name}" rollout to finish: `;
  const updated = status?.updatedNumberScheduled ?? 0;
  if (updated < wanted) return waiting(`${prefix}${updated} out of ${wanted} new pods have been updated...`);
  const available = status?.numberAvailable ?? 0;
  if (available < wanted) return waiting(`${prefix}${available} of ${wanted} updated pods are available...`);
  return finished(`daemon set "${name}" successfully rolled out`);
}

function statefulSetProgress({ metadata, spec, status }: appsv1.StatefulSet): Progress {
  if (spec.updateStrategy?.type !== "RollingUpdate")
    throw new UsageError("rollout status is only available for RollingUpdate strategy type");
  if (!observed({ metadata, ...(status ? { status } : {}) }))
    return waiting("Waiting for statefulset spec update to be observed...");
  const wanted = spec.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  if (ready < wanted) return waiting(`Waiting for ${wanted - ready} pods to be ready...`);
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  const updated = status?.updatedReplicas ?? 0;
  if (partition > 0) {
    if (updated < wanted - partition)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
      );
    return finished(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (status?.updateRevision !== status?.currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${status?.updateRevision}...`,
    );
  return finished(
    `statefulset rolling update complete ${status?.currentReplicas ?? 0} pods at revision ${status?.currentRevision}...`,
  );
}
