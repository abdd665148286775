/** Rolls a deployment's template out over replica sets. Decisions are in the pure files beside this one; here is what they read and write. */
import {
  type appsv1,
  type corev1,
  findCondition,
  ignoreNotFound,
  labelSelectorAsSelector,
  resources,
} from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { affectedOwners } from "../support/affected-owners.ts";
import { claimObjects } from "../support/claim.ts";
import { controlledBy, indexByController, resolveController } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, keyOf, splitKey } from "../support/object.ts";
import { isPodTerminal } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { UnseenWrites } from "../support/unseen-writes.ts";
import { sizeAnnotations } from "./annotations.ts";
import { setsBeyondHistory } from "./history.ts";
import { ensureNewSet, type NewSetResult, noteProgress } from "./new-replica-set.ts";
import { isScalingEvent, proportionalScale } from "./proportional-scale.ts";
import { activeSets, findNewSet, maxSurgeOf, oldSetsOf, replicasOf, sumStatus } from "./replica-sets.ts";
import { rollingUpdateStep, type ScaleDecision } from "./rolling-update.ts";
import { calculateStatus, isComplete, progressCheckIn, reasons, rolloutStatus } from "./status.ts";

/** The event of an own write normally comes first; this is for one that got lost. */
const waitMs = 1_000;

/** A deployment and the replica sets that it owns. */
interface Rollout {
  readonly deployment: appsv1.Deployment;
  readonly sets: readonly appsv1.ReplicaSet[];
}

export class DeploymentController extends QueueController {
  readonly #deployments: Informer<appsv1.Deployment>;
  readonly #sets: Informer<appsv1.ReplicaSet>;
  readonly #pods: Informer<corev1.Pod>;
  readonly #recorder: EventRecorder;
  readonly #unseen: UnseenWrites;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("deployment-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "deployment-controller" });
    this.#deployments = this.watchOwn(resources.deployments);
    this.#sets = this.watch(resources.replicasets, {
      add: (set) => this.#setChanged(set),
      update: (set, old) => this.#setChanged(set, old),
      delete: (set) => {
        this.#unseen.gone(this.#ownerKey(set) ?? "", set);
        this.#setChanged(set);
      },
    });
    this.#unseen = new UnseenWrites(context.clock, this.#sets.lister);
    indexByController(this.#sets);
    this.#pods = this.watch(resources.pods, { delete: (pod) => this.#podDeleted(pod) });
    indexByController(this.#pods);
  }

  #ownerKey(set: appsv1.ReplicaSet): string | undefined {
    const owner = resolveController(set, this.#deployments);
    return owner === undefined ? undefined : keyOf(owner);
  }

  #setChanged(set: appsv1.ReplicaSet, old?: appsv1.ReplicaSet): void {
    for (const deployment of affectedOwners(this.#deployments, selectorOf, set, old)) this.enqueue(deployment);
  }

  /** A recreation goes on when the last old pod is gone. */
  #podDeleted(pod: corev1.Pod): void {
    const set = resolveController(pod, this.#sets);
    const owner = set === undefined ? undefined : resolveController(set, this.#deployments);
    if (owner?.spec.strategy?.type === "Recreate") this.enqueue(owner);
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const deployment = this.#deployments.lister.get(name, namespace);
    if (deployment === undefined) {
      this.#unseen.forget(key);
      return;
    }
    if (this.#unseen.isWaiting(key)) return waitMs;
    if (selectorOf(deployment).empty) {
      const message = "This deployment is selecting all pods. A non-empty selector is required.";
      this.#recorder.event(deployment, "Warning", "SelectingAll", message);
      return;
    }
    const sets = await this.#claimSets(deployment);
    if (isDeleting(deployment)) return this.#writeStatus(deployment, calculate({ deployment, sets }, this.now));
    return this.#sync({ deployment: this.#notePause(deployment), sets });
  }

  #claimSets(deployment: appsv1.Deployment): Promise<appsv1.ReplicaSet[]> {
    return claimObjects({
      client: this.context.client,
      controller: deployment,
      resource: resources.deployments,
      selector: selectorOf(deployment),
      informer: this.#sets,
    });
  }

  /** The condition says that the deadline does not run while the deployment is paused. */
  #notePause(deployment: appsv1.Deployment): appsv1.Deployment {
    const current = findCondition(deployment.status?.conditions, "Progressing");
    if (current?.reason === reasons.timedOut) return deployment;
    const isNoted = current?.reason === reasons.paused;
    if (deployment.spec.paused === true && !isNoted) {
      return noteProgress(deployment, "Unknown", reasons.paused, "Deployment is paused", this.now);
    }
    if (deployment.spec.paused !== true && isNoted) {
      return noteProgress(deployment, "Unknown", reasons.resumed, "Deployment is resumed", this.now);
    }
    return deployment;
  }

  async #sync(rollout: Rollout): Promise<number | undefined> {
    const { deployment, sets } = rollout;
    if (deployment.spec.paused === true || isScalingEvent(deployment, sets)) return this.#scaleOnly(rollout);
    if (deployment.spec.strategy?.type === "Recreate") return this.#recreate(rollout);
    return this.#rollingUpdate(rollout);
  }

  async #scaleOnly(rollout: Rollout): Promise<number | undefined> {
    const { newSet, deployment } = await this.#ensureNewSet(rollout, false);
    const oldSets = oldSetsOf(newSet, rollout.sets);
    const decisions = proportionalScale({ deployment, newSet, oldSets });
    const sets = await this.#scale(deployment, newSet === undefined ? oldSets : [...oldSets, newSet], decisions);
    if (deployment.spec.paused === true) await this.#cleanUp(deployment, oldSets);
    return this.#writeStatus(deployment, calculate({ deployment, sets }, this.now));
  }

  async #rollingUpdate(rollout: Rollout): Promise<number | undefined> {
    const { newSet, deployment } = await this.#ensureNewSet(rollout, true);
    const oldSets = oldSetsOf(newSet, rollout.sets);
    const decisions = rollingUpdateStep({ deployment, newSet: newSet!, oldSets });
    return this.#finish(deployment, await this.#scale(deployment, [...oldSets, newSet!], decisions));
  }

  /** First the old pods go, all of them; only then are new ones made. */
  async #recreate(rollout: Rollout): Promise<number | undefined> {
    const present = await this.#ensureNewSet(rollout, false);
    const oldSets = oldSetsOf(present.newSet, rollout.sets);
    const decisions = activeSets(oldSets).map((set) => ({ set, replicas: 0 }));
    if (decisions.length > 0) {
      return this.#finish(present.deployment, await this.#scale(present.deployment, rollout.sets, decisions));
    }
    if (this.#oldPodsRun(oldSets)) return this.#finish(present.deployment, rollout.sets);
    const { newSet, deployment } =
      present.newSet === undefined
        ? await this.#ensureNewSet({ ...rollout, deployment: present.deployment }, true)
        : present;
    const grow = [{ set: newSet!, replicas: replicasOf(deployment) }];
    return this.#finish(deployment, await this.#scale(deployment, [...oldSets, newSet!], grow));
  }

  #oldPodsRun(oldSets: readonly appsv1.ReplicaSet[]): boolean {
    if (sumStatus(oldSets, "replicas") > 0) return true;
    return oldSets.some((set) => controlledBy(this.#pods, set.metadata.uid).some((pod) => !isPodTerminal(pod)));
  }

  async #ensureNewSet(rollout: Rollout, createIfMissing: boolean): Promise<NewSetResult> {
    const { client } = this.context;
    const created = (set: appsv1.ReplicaSet) => this.#setCreated(rollout.deployment, set);
    const result = await ensureNewSet({ client, ...rollout, createIfMissing, created, now: this.now });
    if (result.newSet !== undefined) this.#unseen.wrote(keyOf(rollout.deployment), result.newSet);
    return result;
  }

  #setCreated(deployment: appsv1.Deployment, set: appsv1.ReplicaSet): void {
    this.#unseen.wrote(keyOf(deployment), set);
    if (replicasOf(set) > 0) this.#recordScaling(deployment, set.metadata.name, 0, replicasOf(set));
  }

  /** The sets as they are after the decisions. */
  #scale(
    deployment: appsv1.Deployment,
    sets: readonly appsv1.ReplicaSet[],
    decisions: readonly ScaleDecision[],
  ): Promise<appsv1.ReplicaSet[]> {
    const sizes = new Map(decisions.map(({ set, replicas }) => [set.metadata.uid, replicas]));
    return Promise.all(sets.map((set) => this.#scaleSet(deployment, set, sizes.get(set.metadata.uid))));
  }

  async #scaleSet(
    deployment: appsv1.Deployment,
    set: appsv1.ReplicaSet,
    replicas: number | undefined,
  ): Promise<appsv1.ReplicaSet> {
    if (replicas === undefined) return set;
    const wanted = replicasOf(deployment);
    const sizes = sizeAnnotations(wanted, wanted + maxSurgeOf(deployment));
    const present = set.metadata.annotations ?? {};
    const isNoted = Object.entries(sizes).every(([name, value]) => present[name] === value);
    if (replicasOf(set) === replicas && isNoted) return set;
    const written = await this.context.client.resource(resources.replicasets).update({
      ...set,
      metadata: { ...set.metadata, annotations: { ...present, ...sizes } },
      spec: { ...set.spec, replicas },
    });
    this.#unseen.wrote(keyOf(deployment), written);
    if (replicasOf(set) !== replicas) {
      this.#recordScaling(deployment, set.metadata.name, replicasOf(set), replicas);
    }
    return written;
  }

  #recordScaling(deployment: appsv1.Deployment, name: string, from: number, to: number): void {
    const direction = to > from ? "up" : "down";
    const message = `Scaled ${direction} replica set ${name} from ${from} to ${to}`;
    this.#recorder.event(deployment, "Normal", "ScalingReplicaSet", message);
  }

  async #finish(deployment: appsv1.Deployment, sets: readonly appsv1.ReplicaSet[]): Promise<number | undefined> {
    const newSet = findNewSet(deployment, sets);
    const status = rolloutStatus({ deployment, newSet, sets, now: this.now });
    if (isComplete(deployment, status)) await this.#cleanUp(deployment, oldSetsOf(newSet, sets));
    await this.#writeStatus(deployment, status);
    return progressCheckIn({ ...deployment, status }, status, this.now);
  }

  async #cleanUp(deployment: appsv1.Deployment, oldSets: readonly appsv1.ReplicaSet[]): Promise<void> {
    const client = this.context.client.resource(resources.replicasets);
    const removals = setsBeyondHistory(deployment, oldSets).map(async ({ metadata: { name, namespace } }) => {
      await client.delete(name, { namespace }).catch(ignoreNotFound);
    });
    await Promise.all(removals);
  }

  async #writeStatus(deployment: appsv1.Deployment, status: appsv1.DeploymentStatus): Promise<undefined> {
    const { name, namespace } = deployment.metadata;
    if (semanticallyEqual(this.#deployments.lister.get(name, namespace)?.status, status)) return;
    await this.context.client
      .resource(resources.deployments)
      .updateStatus({ ...deployment, status })
      .catch(ignoreNotFound);
  }
}

function selectorOf(deployment: appsv1.Deployment) {
  return labelSelectorAsSelector(deployment.spec.selector);
}

function calculate(rollout: Rollout, now: number): appsv1.DeploymentStatus {
  const newSet = findNewSet(rollout.deployment, rollout.sets);
  return calculateStatus({ deployment: rollout.deployment, newSet, sets: rollout.sets, now });
}
