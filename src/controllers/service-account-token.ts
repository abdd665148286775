/** Puts a token into each Secret of type `kubernetes.io/service-account-token`, and deletes those whose account is gone. */
import { type corev1, isConflict, isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { isDeleting, splitKey } from "./support/object.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const secretType = "kubernetes.io/service-account-token";
const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";
/** Until the cache has caught up with another's change. */
const retryMs = 100;

export interface SecretTokenRequest {
  readonly namespace: string;
  readonly secretName: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
}

export interface ServiceAccountTokenOptions extends QueueControllerOptions {
  /** Answers a token that lives as long as the Secret. */
  readonly issueSecretToken: (request: SecretTokenRequest) => Promise<string>;
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCertificate: string;
}

export class ServiceAccountTokenController extends QueueController {
  readonly #options: ServiceAccountTokenOptions;
  readonly #secrets: Informer<corev1.Secret>;
  readonly #accounts: Informer<corev1.ServiceAccount>;

  constructor(options: ServiceAccountTokenOptions, context: ComponentContext) {
    super("serviceaccount-token-controller", context, options);
    this.#options = options;
    const enqueue = (secret: corev1.Secret) => this.enqueue(secret);
    const enqueueOf = ({ metadata: { name, namespace } }: corev1.ServiceAccount) => {
      for (const secret of this.#secrets.lister.list(namespace))
        if (secret.metadata.annotations?.[nameAnnotation] === name) enqueue(secret);
    };
    const only = { fieldSelector: `type=${secretType}` };
    this.#secrets = this.watch(resources.secrets, { add: enqueue, update: enqueue }, only);
    this.#accounts = this.watch(resources.serviceaccounts, { add: enqueueOf, delete: enqueueOf });
  }

  protected override async reconcile(key: string): Promise<number | undefined> {
    const { namespace, name } = splitKey(key);
    const secret = this.#secrets.lister.get(name, namespace);
    if (!secret || isDeleting(secret)) return undefined;
    try {
      const account = await this.#accountOf(secret);
      if (account) await this.#fill(secret, account);
      else await this.#remove(secret);
    } catch (error) {
      if (isConflict(error)) return retryMs;
      if (!isNotFound(error)) throw error;
    }
    return undefined;
  }

  /** Asks the server where the cache knows none: an account may be newer than the cache, and a Secret is not deleted by mistake. */
  async #accountOf({ metadata }: corev1.Secret): Promise<corev1.ServiceAccount | undefined> {
    const { namespace, annotations = {} } = metadata;
    const [name = "", uid] = [annotations[nameAnnotation], annotations[uidAnnotation]];
    const fits = (account: corev1.ServiceAccount | undefined) =>
      account && (!uid || account.metadata.uid === uid) ? account : undefined;
    const known = fits(this.#accounts.lister.get(name, namespace));
    if (known) return known;
    try {
      return fits(await this.context.client.resource(resources.serviceaccounts).get(name, { namespace }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #fill(secret: corev1.Secret, { metadata }: corev1.ServiceAccount): Promise<void> {
    const { namespace, name, annotations = {} } = secret.metadata;
    const serviceAccount = { name: metadata.name, uid: metadata.uid };
    const wanted = {
      "ca.crt": encoded(this.#options.rootCertificate),
      namespace: encoded(namespace),
      token:
        secret.data?.["token"] ||
        encoded(await this.#options.issueSecretToken({ namespace, secretName: name, serviceAccount })),
    };
    const isFull = Object.entries(wanted).every(([key, value]) => secret.data?.[key] === value);
    if (isFull && annotations[uidAnnotation] === serviceAccount.uid) return;
    await this.context.client.resource(resources.secrets).update({
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, [uidAnnotation]: serviceAccount.uid } },
      data: { ...secret.data, ...wanted },
    });
  }

  async #remove({ metadata: { name, namespace, uid } }: corev1.Secret): Promise<void> {
    await this.context.client.resource(resources.secrets).delete(name, { namespace, preconditions: { uid } });
  }
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64");
}
