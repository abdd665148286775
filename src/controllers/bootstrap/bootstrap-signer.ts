/**
 * Signs the ConfigMap `cluster-info`, by which a new machine learns where the cluster is, with each bootstrap token: who knows the token can
 * tell that the cluster's address and authority are genuine before it trusts them.
 */
import { createHmac } from "node:crypto";
import { type corev1, isConflict, isNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { isDeleting } from "../support/object.ts";
import { QueueController, type QueueControllerOptions } from "../support/queue-controller.ts";
import { type BootstrapSecret, bootstrapSecret, bootstrapSecrets } from "./bootstrap-secret.ts";

const place = { namespace: "kube-public", name: "cluster-info" };
const contentKey = "kubeconfig";
const signaturePrefix = "jws-kubeconfig-";
const onlyKey = `${place.namespace}/${place.name}`;
/** Until the cache has caught up with another's change. */
const retryMs = 100;

export class BootstrapSigner extends QueueController {
  readonly #secrets: Informer<corev1.Secret>;
  readonly #configMaps: Informer<corev1.ConfigMap>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("bootstrap-signer-controller", context, options);
    const sign = () => this.queue.add(onlyKey);
    this.#secrets = this.watch(resources.secrets, { add: sign, update: sign, delete: sign }, bootstrapSecrets);
    const only = { namespace: place.namespace, fieldSelector: `metadata.name=${place.name}` };
    this.#configMaps = this.watch(resources.configmaps, { add: sign, update: sign }, only);
  }

  protected override async reconcile(): Promise<number | undefined> {
    const map = this.#configMaps.lister.get(place.name, place.namespace);
    const content = map?.data?.[contentKey];
    if (!map || content === undefined || isDeleting(map)) return undefined;
    const tokens = this.#signingTokens();
    const data = signed(map.data ?? {}, content, tokens);
    if (!isSame(data, map.data ?? {})) {
      try {
        await this.context.client.resource(resources.configmaps).update({ ...map, data });
      } catch (error) {
        if (isConflict(error)) return retryMs;
        if (!isNotFound(error)) throw error;
      }
    }
    const ends = tokens.flatMap(({ expires }) => expires ?? []);
    return ends.length > 0 ? Math.min(...ends) - this.now : undefined;
  }

  #signingTokens(): BootstrapSecret[] {
    return this.#secrets.lister
      .list()
      .filter((secret) => !isDeleting(secret))
      .flatMap((secret) => bootstrapSecret(secret) ?? [])
      .filter(({ signs, expires }) => signs && (expires === undefined || expires > this.now));
  }
}

type Data = Readonly<Record<string, string>>;

function signed(data: Data, content: string, tokens: readonly BootstrapSecret[]): Record<string, string> {
  const others = Object.entries(data).filter(([key]) => !key.startsWith(signaturePrefix));
  const signatures = tokens.map((token) => [signaturePrefix + token.id, detachedSignature(content, token)] as const);
  return Object.fromEntries([...others, ...signatures]);
}

function isSame(one: Data, other: Data): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/** A compact JWS (RFC 7515, appendix F) whose payload stands elsewhere. */
function detachedSignature(content: string, { id, secret }: Pick<BootstrapSecret, "id" | "secret">): string {
  const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: id })).toString("base64url");
  const payload = Buffer.from(content).toString("base64url");
  const signature = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
  return `${header}..${signature}`;
}
