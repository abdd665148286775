/** What the zone reads of the cluster. */
import { type corev1, type discoveryv1, resources } from "../../api/mod.ts";
import type { InformerFactory, Lister } from "../../client/mod.ts";

export interface ClusterView {
  service(name: string, namespace: string): corev1.Service | undefined;
  hasNamespace(namespace: string): boolean;
  slices(service: string, namespace: string): readonly discoveryv1.EndpointSlice[];
  /** By clusterIP. */
  servicesAt(address: string): readonly corev1.Service[];
  /** By the address of an endpoint. */
  slicesAt(address: string): readonly discoveryv1.EndpointSlice[];
}

export const serviceNameLabel = "kubernetes.io/service-name";
const byAddress = "dns-address";
const byService = "dns-service";

export class InformedView implements ClusterView {
  readonly #services: Lister<corev1.Service>;
  readonly #slices: Lister<discoveryv1.EndpointSlice>;

  constructor(informers: InformerFactory) {
    const services = informers.informer(resources.services);
    const slices = informers.informer(resources.endpointslices);
    services.addIndex(byAddress, ({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));
    slices.addIndex(byAddress, ({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses));
    slices.addIndex(byService, ({ metadata }) => {
      const service = metadata.labels?.[serviceNameLabel];
      return service ? [`${metadata.namespace}/${service}`] : [];
    });
    this.#services = services.lister;
    this.#slices = slices.lister;
  }

  service(name: string, namespace: string): corev1.Service | undefined {
    return this.#services.get(name, namespace);
  }

  /** A namespace without Services is as good as none here: no name in it exists. */
  hasNamespace(namespace: string): boolean {
    return this.#services.list(namespace).length > 0;
  }

  slices(service: string, namespace: string): readonly discoveryv1.EndpointSlice[] {
    return this.#slices.byIndex(byService, `${namespace}/${service}`);
  }

  servicesAt(address: string): readonly corev1.Service[] {
    return this.#services.byIndex(byAddress, address);
  }

  slicesAt(address: string): readonly discoveryv1.EndpointSlice[] {
    return this.#slices.byIndex(byAddress, address);
  }
}
