/** Keeps the ConfigMap `kube-root-ca.crt`, by which pods know the API server, in every namespace. */
import { type corev1, isAlreadyExists, isNamespaceTerminating, isNotFound, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

const configMapName = "kube-root-ca.crt";
const descriptionAnnotation = "kubernetes.io/description";
const description =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

export interface RootCaPublisherOptions extends QueueControllerOptions {
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCertificate: string;
}

export class RootCaPublisher extends QueueController {
  readonly #rootCertificate: string;
  readonly #namespaces: Informer<corev1.Namespace>;
  readonly #configMaps: Informer<corev1.ConfigMap>;

  constructor(options: RootCaPublisherOptions, context: ComponentContext) {
    super("root-ca-certificate-publisher", context, options);
    this.#rootCertificate = options.rootCertificate;
    const enqueue = (namespace: corev1.Namespace) => this.enqueue(namespace);
    this.#namespaces = this.watch(resources.namespaces, { add: enqueue, update: enqueue });
    const enqueueNamespace = (map: corev1.ConfigMap) => this.queue.add(map.metadata.namespace);
    const own = { fieldSelector: `metadata.name=${configMapName}` };
    const handler = { update: enqueueNamespace, delete: enqueueNamespace };
    this.#configMaps = this.watch(resources.configmaps, handler, own);
  }

  protected override async reconcile(namespace: string): Promise<undefined> {
    if (this.#namespaces.lister.get(namespace)?.status?.phase !== "Active") return;
    const present = this.#configMaps.lister.get(configMapName, namespace);
    try {
      await this.#write(present, namespace);
    } catch (error) {
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error) && !isNotFound(error)) throw error;
    }
  }

  async #write(present: corev1.ConfigMap | undefined, namespace: string): Promise<void> {
    const configMaps = this.context.client.resource(resources.configmaps);
    const data = { "ca.crt": this.#rootCertificate };
    const annotations = { ...present?.metadata.annotations, [descriptionAnnotation]: description };
    if (present === undefined) {
      await configMaps.create({ metadata: { name: configMapName, namespace, annotations }, data }, { namespace });
      return;
    }
    const isCurrent =
      present.data?.["ca.crt"] === this.#rootCertificate &&
      Object.keys(present.data).length === 1 &&
      present.metadata.annotations?.[descriptionAnnotation] !== undefined;
    if (!isCurrent) await configMaps.update({ ...present, metadata: { ...present.metadata, annotations }, data });
  }
}
