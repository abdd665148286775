/** Pods run as a service account: its token is mounted, its pull secrets are used. */
import { randomInt } from "node:crypto";
import { type corev1, inOnePiece, resources } from "../../api/mod.ts";
import { podReferences } from "../../auth/mod.ts";
import type { Informer } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, find, incoming } from "../request.ts";
import { checkMountableSecrets } from "./mountable-secrets.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";
const tokenMountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const volumePrefix = "kube-api-access-";
/** Node agents renew the token long before; the odd seven seconds mark it as theirs. */
const tokenSeconds = 3607;
/** A new namespace's `default` account is made by a controller: who creates a pod at once waits for it this long. */
const patienceMs = 1500;
/** Letters and digits that form no words and are not mistaken for one another. */
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

function randomSuffix(): string {
  let suffix = "";
  for (let n = 0; n < 5; n++) suffix += suffixAlphabet[randomInt(suffixAlphabet.length)];
  return suffix;
}

function tokenVolume(name: string): corev1.Volume {
  const namespaceField = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: namespaceField }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

function wantsToken(pod: corev1.Pod, account: corev1.ServiceAccount): boolean {
  return pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

function mountToken(pod: corev1.Pod): void {
  const volumes = pod.spec.volumes ?? [];
  const existing = volumes.find(({ name, projected }) => projected && name.startsWith(volumePrefix));
  const name = existing?.name ?? inOnePiece(`${volumePrefix}${randomSuffix()}`);
  let mounted = false;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const mounts = container.volumeMounts ?? [];
    if (mounts.some(({ mountPath }) => mountPath === tokenMountPath)) continue;
    container.volumeMounts = [...mounts, { name, readOnly: true, mountPath: tokenMountPath }];
    mounted = true;
  }
  if (mounted && !existing) pod.spec.volumes = [...volumes, tokenVolume(name)];
}

function runAs(pod: corev1.Pod, account: corev1.ServiceAccount): void {
  if (wantsToken(pod, account)) mountToken(pod);
  if (!pod.spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
    pod.spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => (name === undefined ? {} : { name }));
}

/** Mirror pods show what a node runs by itself; they must not draw credentials into it. */
function checkMirrorPod(attributes: AdmissionAttributes, pod: corev1.Pod): void {
  const references = podReferences(pod);
  if (references.serviceAccount) throw forbidden(attributes, "a mirror pod may not reference service accounts");
  if (references.secrets.size > 0) throw forbidden(attributes, "a mirror pod may not reference secrets");
  if (references.projectsServiceAccountToken)
    throw forbidden(attributes, "a mirror pod may not use ServiceAccountToken volume projections");
}

export class ServiceAccount implements AdmissionPlugin {
  readonly name = "ServiceAccount";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #accounts: Informer<corev1.ServiceAccount>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#accounts = context.informers.informer(resources.serviceaccounts);
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, resources.pods);
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    const pod = incoming<corev1.Pod>(attributes);
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) return checkMirrorPod(attributes, pod);
    pod.spec.serviceAccountName ||= "default";
    // The field of old is kept equal to its successor.
    pod.spec.serviceAccount = pod.spec.serviceAccountName;
    return this.#withAccount(attributes, pod.spec.serviceAccountName, (account) => runAs(pod, account));
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const pod = incoming<corev1.Pod>(attributes);
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) return checkMirrorPod(attributes, pod);
    const name = pod.spec.serviceAccountName ?? "default";
    return this.#withAccount(attributes, name, (account) => checkMountableSecrets(attributes, pod, account));
  }

  /** At once where the account is at hand, as it nearly always is. */
  #withAccount(
    attributes: AdmissionAttributes,
    name: string,
    use: (account: corev1.ServiceAccount) => void,
  ): void | Promise<void> {
    const cached = this.#accounts.lister.get(name, attributes.namespace ?? "");
    return cached ? use(cached) : this.#account(attributes, name).then(use);
  }

  async #account(attributes: AdmissionAttributes, name: string): Promise<corev1.ServiceAccount> {
    const namespace = attributes.namespace ?? "";
    const from = { lister: this.#accounts.lister, client: this.#context.client, resource: resources.serviceaccounts };
    const found = await find(from, name, namespace);
    if (found) return found;
    const late = name === "default" ? await this.#arrival(name, namespace) : undefined;
    if (late) return late;
    const missing = `serviceaccount ${JSON.stringify(name)} not found`;
    throw forbidden(attributes, `error looking up service account ${namespace}/${name}: ${missing}`);
  }

  /** The account when it comes, nothing where it does not come in time. */
  #arrival(name: string, namespace: string): Promise<corev1.ServiceAccount | undefined> {
    const { promise, resolve } = Promise.withResolvers<corev1.ServiceAccount | undefined>();
    const cancel = this.#context.clock.after(patienceMs, () => resolve(undefined));
    const remove = this.#accounts.addHandler({
      add: (account) => {
        if (account.metadata.name === name && account.metadata.namespace === namespace) resolve(account);
      },
    });
    return promise.finally(() => {
      cancel();
      remove();
    });
  }
}
