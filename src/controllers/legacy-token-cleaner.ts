/**
 * Takes back tokens of service accounts in Secrets that nobody has used for a year: first such a token is marked, and believed no more; after
 * another year its Secret goes (KEP-2799). Only tokens that were made for the account itself, not those that somebody asked for by a Secret.
 */
import { type corev1, isConflict, isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { isDeleting, parseTime, splitKey } from "./support/object.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const dayMs = 24 * 60 * 60 * 1000;
const yearMs = 365 * dayMs;
const tokenType = "kubernetes.io/service-account-token";
const accountAnnotation = "kubernetes.io/service-account.name";
const lastUsedLabel = "kubernetes.io/legacy-token-last-used";
const invalidSinceLabel = "kubernetes.io/legacy-token-invalid-since";
/** Written by API servers: since when they note each use. */
const tracking = { namespace: "kube-system", name: "kube-apiserver-legacy-service-account-token-tracking" };

export type TokenFate = "keep" | "mark" | "delete";

export interface TokenFacts {
  readonly secret: corev1.Secret;
  /** Of the token; nothing where it is gone. */
  readonly account: corev1.ServiceAccount | undefined;
  /** A pod has it as a volume. */
  readonly mounted: boolean;
  /** Milliseconds since the epoch: since when uses are noted; nothing where they are not. */
  readonly trackedSince: number | undefined;
  readonly now: number;
}

export function tokenFate({ secret, account, mounted, trackedSince, now }: TokenFacts): TokenFate {
  const { name, labels = {}, creationTimestamp } = secret.metadata;
  const isFresh = (time: number | undefined) => time === undefined || time + yearMs > now;
  const isGenerated = account?.secrets?.some((one) => one.name === name) ?? false;
  if (!isGenerated || mounted || isFresh(trackedSince)) return "keep";
  if (isFresh(parseTime(creationTimestamp)) || isFresh(dayOf(labels[lastUsedLabel]) ?? trackedSince)) return "keep";
  const invalidSince = dayOf(labels[invalidSinceLabel]);
  if (invalidSince === undefined) return "mark";
  return isFresh(invalidSince) ? "keep" : "delete";
}

/** `2026-01-31` in milliseconds since the epoch; nothing for what is no day. */
function dayOf(text: string | undefined): number | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

export class LegacyTokenCleaner extends QueueController {
  readonly #secrets: Informer<corev1.Secret>;
  readonly #accounts: Informer<corev1.ServiceAccount>;
  readonly #pods: Informer<corev1.Pod>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("legacy-serviceaccount-token-cleaner-controller", context, options);
    const enqueue = (secret: corev1.Secret) => this.enqueue(secret);
    const only = { fieldSelector: `type=${tokenType}` };
    this.#secrets = this.watch(resources.secrets, { add: enqueue, update: enqueue }, only);
    this.#accounts = this.watch(resources.serviceaccounts, {});
    this.#pods = this.watch(resources.pods, {});
  }

  /** Looks again each day. */
  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const secret = this.#secrets.lister.get(name, namespace);
    if (!secret || isDeleting(secret)) return undefined;
    const account = this.#accounts.lister.get(secret.metadata.annotations?.[accountAnnotation] ?? "", namespace);
    const mounted = this.#isMounted(namespace, name);
    const facts = { secret, account, mounted, trackedSince: await this.#trackedSince(), now: this.now };
    const fate = tokenFate(facts);
    if (fate === "delete") {
      await this.#delete(secret);
      return undefined;
    }
    if (fate === "mark") await this.#mark(secret);
    return dayMs;
  }

  #isMounted(namespace: string, name: string): boolean {
    const mounts = ({ spec }: corev1.Pod) => spec.volumes?.some(({ secret }) => secret?.secretName === name) ?? false;
    return this.#pods.lister.list(namespace).some(mounts);
  }

  async #trackedSince(): Promise<number | undefined> {
    try {
      const { namespace, name } = tracking;
      const { data } = await this.context.client.resource(resources.configmaps).get(name, { namespace });
      return dayOf(data?.["since"]);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #mark({ metadata: { name, namespace, resourceVersion } }: corev1.Secret): Promise<void> {
    const day = new Date(this.now).toISOString().slice(0, 10);
    const patch = { metadata: { resourceVersion, labels: { [invalidSinceLabel]: day } } };
    await this.context.client.resource(resources.secrets).patch(name, patch, { namespace, type: "merge" });
  }

  async #delete({ metadata: { name, namespace, uid, resourceVersion } }: corev1.Secret): Promise<void> {
    try {
      const options = { namespace, preconditions: { uid, resourceVersion } };
      await this.context.client.resource(resources.secrets).delete(name, options);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}
