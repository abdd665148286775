/** Keeps the status of PodDisruptionBudgets, from which evictions are allowed or refused. */
import {
  type corev1,
  ignoreNotFound,
  isNotFound,
  type KubernetesObject,
  labelSelectorAsSelector,
  type metav1,
  type policyv1,
  resources,
} from "../../api/mod.ts";
import { type ComponentContext, createEventRecorder, type EventRecorder, type Informer } from "../../client/mod.ts";
import { controllerOf } from "../support/controller-reference.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, splitKey } from "../support/object.ts";
import { isPodReady, isPodTerminal } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { decideBudget, needsScale } from "./budget.ts";

type Budget = policyv1.PodDisruptionBudget;

/** An object that wants some number of pods. */
type Scalable = KubernetesObject & { readonly spec?: { readonly replicas?: number } };

export class DisruptionController extends QueueController {
  readonly #budgets: Informer<Budget>;
  readonly #pods: Informer<corev1.Pod>;
  /** Kinds whose sizes can be read from a cache. */
  readonly #scalables: readonly Informer<Scalable>[];
  readonly #recorder: EventRecorder;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("disruption-controller", context, options);
    this.#recorder = createEventRecorder(context, { component: "controllermanager" });
    this.#budgets = this.watchOwn(resources.poddisruptionbudgets);
    this.#pods = this.watch(resources.pods, {
      add: (pod) => this.#enqueueBudgets(pod),
      update: (pod, old) => {
        const same = isPodReady(pod) === isPodReady(old) && isDeleting(pod) === isDeleting(old);
        if (same && semanticallyEqual(pod.metadata.labels, old.metadata.labels)) return;
        this.#enqueueBudgets(pod);
        this.#enqueueBudgets(old);
      },
      delete: (pod) => this.#enqueueBudgets(pod),
    });
    const ofNamespace = { update: (owner: Scalable, old: Scalable) => this.#ownerUpdated(owner, old) };
    this.#scalables = [
      this.watch(resources.deployments, ofNamespace),
      this.watch(resources.replicasets, ofNamespace),
      this.watch(resources.replicationcontrollers, ofNamespace),
      this.watch(resources.statefulsets, ofNamespace),
    ] as unknown as readonly Informer<Scalable>[];
  }

  #enqueueBudgets(pod: corev1.Pod): void {
    for (const budget of this.#budgets.lister.list(pod.metadata.namespace)) {
      if (selectorOf(budget).matches(pod.metadata.labels ?? {})) this.enqueue(budget);
    }
  }

  #ownerUpdated(owner: Scalable, old: Scalable): void {
    if (owner.spec?.replicas === old.spec?.replicas) return;
    for (const budget of this.#budgets.lister.list(owner.metadata.namespace)) {
      if (needsScale(budget)) this.enqueue(budget);
    }
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const budget = this.#budgets.lister.get(name, namespace);
    if (budget === undefined) return;
    const selector = selectorOf(budget);
    const selected = this.#pods.lister.list(namespace).filter((pod) => selector.matches(pod.metadata.labels ?? {}));
    const pods = selected.filter((pod) => !isPodTerminal(pod));
    if (pods.length === 0) this.#recorder.event(budget, "Normal", "NoPods", "No matching pods found");
    const controllerScale = needsScale(budget) ? await this.#scaleOf(budget, pods) : 0;
    const { status, checkIn } = decideBudget({ budget, pods, controllerScale, now: this.now });
    if (!semanticallyEqual(budget.status, status)) await this.#writeStatus(budget, status);
    return checkIn;
  }

  /** What the controllers of these pods want together; pods without one are not expected by anybody. */
  async #scaleOf(budget: Budget, pods: readonly corev1.Pod[]): Promise<number> {
    const owners = new Map<string, number>();
    const unmanaged: string[] = [];
    for (const pod of pods) {
      const reference = controllerOf(pod);
      if (reference === undefined) unmanaged.push(pod.metadata.name);
      else if (!owners.has(reference.uid)) await this.#addScale(owners, reference, pod.metadata.namespace);
    }
    if (unmanaged.length > 0) this.#reportUnmanaged(budget, unmanaged);
    return [...owners.values()].reduce((sum, scale) => sum + scale, 0);
  }

  /** The controller's own controller (a deployment over a replica set) says how many there are to be; the sets change all the time. */
  async #addScale(owners: Map<string, number>, reference: metav1.OwnerReference, namespace: string): Promise<void> {
    const owner = this.#ownerOf(reference, namespace);
    const parent = owner === undefined ? undefined : controllerOf(owner);
    const root = parent === undefined ? owner : (this.#ownerOf(parent, namespace) ?? owner);
    if (root === undefined) owners.set(reference.uid, await this.#readScale(reference, namespace));
    else owners.set(root.metadata.uid, root.spec?.replicas ?? 1);
  }

  #ownerOf(reference: metav1.OwnerReference, namespace: string): Scalable | undefined {
    const informer = this.#scalables.find(({ resource }) => resource.kind === reference.kind);
    const owner = informer?.lister.get(reference.name, namespace);
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  /** Other kinds say it through their scale subresource, if they have one. */
  async #readScale(reference: metav1.OwnerReference, namespace: string): Promise<number> {
    const resource = this.declared.ofKind(reference.apiVersion, reference.kind);
    if (resource === undefined) return 0;
    try {
      const client = this.context.client.resource(resource as never);
      const scale: Scalable = await client.get(reference.name, { namespace, subresource: "scale" });
      return scale.spec?.replicas ?? 0;
    } catch (error) {
      if (isNotFound(error)) return 0;
      throw error;
    }
  }

  #reportUnmanaged(budget: Budget, names: readonly string[]): void {
    const message =
      `Pods selected by this PodDisruptionBudget (selector: ${JSON.stringify(budget.spec?.selector ?? {})}) were found to be unmanaged. ` +
      "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. " +
      'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
    this.#recorder.event(budget, "Warning", "UnmanagedPods", message);
    this.context.log.debug({ controller: this.name, pods: names }, "pods of a budget have no controller");
  }

  async #writeStatus(budget: Budget, status: policyv1.PodDisruptionBudgetStatus): Promise<void> {
    await this.context.client
      .resource(resources.poddisruptionbudgets)
      .updateStatus({ ...budget, status })
      .catch(ignoreNotFound);
  }
}

/** An empty selector selects every pod of the namespace, none at all selects nothing. */
function selectorOf(budget: Budget) {
  return labelSelectorAsSelector(budget.spec?.selector);
}
