/** Quotas of a namespace: what a request adds is counted in the quota's status before the request may go on. */
import {
  type Amounts,
  clone,
  type corev1,
  isConflict,
  type KubernetesObject,
  resources,
  subtractQuantities,
} from "../../api/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { bounded, unspecified, withUsage } from "../quota/check.ts";
import { isInScope } from "../quota/scopes.ts";
import { usageOf } from "../quota/usage.ts";
import { forbidden, requireSynced } from "../refusal.ts";
import { concerns, incoming } from "../request.ts";

type Quota = corev1.ResourceQuota;

const quotas = resources.resourcequotas;
const attempts = 5;
/** Own writes that the cache may not have yet. */
const rememberedQuotas = 1000;

function changesUsage(attributes: AdmissionAttributes): boolean {
  if (attributes.operation === "CREATE") return (attributes.subresource ?? "") === "";
  if (attributes.operation !== "UPDATE") return false;
  return (
    concerns(attributes, resources.services) ||
    concerns(attributes, resources.persistentvolumeclaims) ||
    concerns(attributes, resources.pods, "resize")
  );
}

function difference(after: Amounts, before: Amounts): Amounts {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  const changed = [...names].map(
    (name) => [name, subtractQuantities(after[name] ?? "0", before[name] ?? "0")] as const,
  );
  return Object.fromEntries(changed.filter(([, amount]) => amount !== "0"));
}

function added(attributes: AdmissionAttributes): Amounts {
  const after = usageOf(attributes.resource, incoming<KubernetesObject>(attributes));
  if (attributes.operation === "CREATE" || !attributes.oldObject) return after;
  return difference(after, usageOf(attributes.resource, attributes.oldObject));
}

function newer(one: Quota, other: Quota | undefined): Quota {
  if (other === undefined || other.metadata.uid !== one.metadata.uid) return one;
  return Number(other.metadata.resourceVersion) > Number(one.metadata.resourceVersion) ? other : one;
}

export class ResourceQuota implements AdmissionPlugin {
  readonly name = "ResourceQuota";
  readonly #context: AdmissionContext;
  readonly #informer: Informer<Quota>;
  readonly #written = new Map<string, Quota>();
  /** The end of each namespace's line: requests are counted one after the other. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#informer = context.informers.informer(quotas);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return Boolean(attributes.namespace) && changesUsage(attributes);
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const namespace = attributes.namespace!;
    requireSynced(this.#informer, attributes);
    if (this.#informer.lister.list(namespace).length === 0) return;
    const before = this.#lines.get(namespace) ?? Promise.resolve();
    const turn = before.then(() => this.#count(attributes, namespace));
    const end = turn.catch(() => {});
    this.#lines.set(namespace, end);
    void end.then(() => {
      if (this.#lines.get(namespace) === end) this.#lines.delete(namespace);
    });
    return turn;
  }

  async #count(attributes: AdmissionAttributes, namespace: string): Promise<void> {
    const pod = concerns(attributes, resources.pods) ? incoming<corev1.Pod>(attributes) : undefined;
    const inScope = this.#informer.lister.list(namespace).filter((quota) => isInScope(quota, pod));
    const delta = added(attributes);
    const concerned = inScope.map((quota) => this.#latest(quota));
    for (const quota of concerned) {
      const missing = pod && unspecified(quota, pod);
      if (missing) throw forbidden(attributes, missing);
    }
    // All are judged before any is charged: a request that one refuses must not be charged to another.
    for (const quota of concerned) judge(attributes, quota, bounded(quota, delta));
    if (attributes.dryRun) return;
    for (const quota of concerned) await this.#charge(attributes, quota, delta);
  }

  #latest(quota: Quota): Quota {
    return newer(quota, this.#written.get(`${quota.metadata.namespace}/${quota.metadata.name}`));
  }

  async #charge(attributes: AdmissionAttributes, first: Quota, delta: Amounts): Promise<void> {
    let quota = first;
    for (let attempt = 1; ; attempt++) {
      const used = judge(attributes, quota, bounded(quota, delta));
      if (used === undefined) return;
      try {
        return this.#remember(await this.#write(quota, used));
      } catch (error) {
        if (!isConflict(error) || attempt === attempts) throw error;
        quota = await this.#context.client
          .resource(quotas)
          .get(quota.metadata.name, { namespace: quota.metadata.namespace });
      }
    }
  }

  #write(quota: Quota, used: Amounts): Promise<Quota> {
    const changed = clone(quota);
    changed.status = { ...changed.status, used: { ...used } };
    return this.#context.client.resource(quotas).updateStatus(changed);
  }

  #remember(quota: Quota): void {
    const key = `${quota.metadata.namespace}/${quota.metadata.name}`;
    this.#written.delete(key);
    this.#written.set(key, quota);
    if (this.#written.size > rememberedQuotas) this.#written.delete(this.#written.keys().next().value!);
  }
}

/** The new usage, nothing where it stays as it is; throws where it does not fit. */
function judge(attributes: AdmissionAttributes, quota: Quota, delta: Amounts): Amounts | undefined {
  if (Object.keys(delta).length === 0) return undefined;
  const outcome = withUsage(quota, delta);
  if ("refusal" in outcome) throw forbidden(attributes, outcome.refusal);
  return outcome.used;
}
