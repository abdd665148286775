/**
 * Keeps the status of ResourceQuotas: the limits as they are asked for, and what the namespace uses. Admission counts what is added; this
 * counts everything anew, so that what goes away is given back.
 */
import {
  type corev1,
  ignoreNotFound,
  type KubernetesObject,
  type ResourceCatalogue,
  type ResourceInfo,
  resources,
} from "../../api/mod.ts";
import type { ComponentContext, EventHandler, Informer } from "../../client/mod.ts";
import { resourceKey } from "../support/discovery.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { isDeleting, splitKey } from "../support/object.ts";
import { isPodTerminal } from "../support/pod-state.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type CountedObjects, type QuotaRules, sameAmounts, usedAmounts } from "./used-amounts.ts";

/** Objects go away in numbers: they are counted once for all that go within this time. */
const batchMs = 50;
/** Until a kind that was not watched before has its first list. */
const syncRetryMs = 50;

export interface ResourceQuotaOptions extends QueueControllerOptions {
  readonly quotaRules: QuotaRules;
}

/** Kinds with names of their own in quotas; those that only `count/…` names are watched from the first quota on that has it. */
const counted = [
  resources.pods,
  resources.services,
  resources.persistentvolumeclaims,
  resources.configmaps,
  resources.secrets,
  resources.replicationcontrollers,
  resources.resourcequotas,
] as unknown as readonly ResourceInfo<KubernetesObject>[];

/** Of others a quota counts how many there are, and nothing in them. */
const measured: ReadonlySet<string> = new Set(
  [resources.pods, resources.services, resources.persistentvolumeclaims].map(resourceKey),
);

export class ResourceQuotaController extends QueueController {
  readonly #rules: QuotaRules;
  readonly #quotas: Informer<corev1.ResourceQuota>;
  readonly #objects = new Map<string, Informer<KubernetesObject>>();

  constructor(options: ResourceQuotaOptions, context: ComponentContext) {
    super("resourcequota-controller", context, options);
    this.#rules = options.quotaRules;
    this.#quotas = this.watch(resources.resourcequotas, {
      add: (quota) => this.enqueue(quota),
      update: (quota, old) => {
        if (!semanticallyEqual(quota.spec, old.spec) || !sameAmounts(quota.status?.hard, quota.spec?.hard)) {
          this.enqueue(quota);
        }
      },
    });
    for (const resource of counted) this.#watchCounted(resource);
  }

  #watchCounted(resource: ResourceInfo<KubernetesObject>): void {
    if (this.#objects.has(resourceKey(resource))) return;
    const enqueue = (object: KubernetesObject) => this.#enqueueQuotas(object.metadata.namespace);
    const handler: EventHandler<KubernetesObject> = {
      delete: enqueue,
      update: (object, old) => {
        if (this.#hasChanged(resource, object, old)) enqueue(object);
      },
    };
    const informer = this.watch(resource, handler, { metadataOnly: !measured.has(resourceKey(resource)) });
    this.#objects.set(resourceKey(resource), informer);
  }

  #enqueueQuotas(namespace: string): void {
    for (const quota of this.#quotas.lister.list(namespace)) {
      this.queue.addAfter(`${namespace}/${quota.metadata.name}`, batchMs);
    }
  }

  #hasChanged(resource: ResourceInfo<KubernetesObject>, object: KubernetesObject, old: KubernetesObject): boolean {
    if (this.#quotas.lister.list(object.metadata.namespace).length === 0) return false;
    const hasEnded = (one: KubernetesObject) => resource.kind === "Pod" && isPodTerminal(one as corev1.Pod);
    if (hasEnded(object) !== hasEnded(old)) return true;
    return !sameAmounts(this.#rules.usageOf(resource, object), this.#rules.usageOf(resource, old));
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const quota = this.#quotas.lister.get(name, namespace);
    if (quota === undefined || isDeleting(quota)) return;
    const hard = quota.spec?.hard ?? {};
    const objects = this.#objectsFor(Object.keys(hard), namespace);
    if (objects === undefined) return syncRetryMs;
    const used = usedAmounts(quota, objects, this.#rules);
    if (sameAmounts(quota.status?.hard, hard) && sameAmounts(quota.status?.used, used)) return;
    const status = { hard, used };
    await this.context.client
      .resource(resources.resourcequotas)
      .updateStatus({ ...quota, status })
      .catch(ignoreNotFound);
    return;
  }

  /** Everything that the names of a quota may count; nothing while that is not known yet. */
  #objectsFor(names: readonly string[], namespace: string): CountedObjects[] | undefined {
    for (const name of names) {
      const resource = countedResource(name, this.declared);
      if (resource !== undefined) this.#watchCounted(resource);
    }
    const informers = [...this.#objects.values()];
    if (!informers.every((informer) => informer.hasSynced)) return undefined;
    return informers.map(({ resource, lister }) => ({ resource, objects: lister.list(namespace) }));
  }
}

/** The kind behind `count/deployments.apps`. */
function countedResource(name: string, { all }: ResourceCatalogue): ResourceInfo<KubernetesObject> | undefined {
  const match = /^count\/([^.]+)(?:\.(.+))?$/.exec(name);
  if (match === null) return undefined;
  const [, plural = "", group = ""] = match;
  return all.find((one) => one.group === group && one.resource === plural && one.namespaced);
}
