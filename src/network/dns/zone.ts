/** Answers for the cluster's own zone, after the specification of DNS for Services and pods (version 1.1.0). Pure. */
import { isIPv4 } from "node:net";
import type { corev1 } from "../../api/mod.ts";
import { type NamedEndpoint, namedEndpoints } from "./endpoints.ts";
import { type Answer, type DnsRecord, type Question, responseCodes } from "./records.ts";
import { serviceSrv } from "./srv.ts";
import type { ClusterView } from "./view.ts";

export interface ZoneOptions {
  /** `cluster.local`. */
  readonly domain: string;
  /** Seconds that clients may remember an answer. */
  readonly ttl: number;
  /** Chance, to spread clients over addresses: 0 up to 1, exclusive. */
  random(): number;
  /** Seconds; grows with each start. */
  readonly serial: number;
}

export type ZoneAnswer =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** The name leads on to another, in this zone or not. */
  | { readonly kind: "alias"; readonly record: DnsRecord; readonly target: string }
  /** The name is not this zone's. */
  | { readonly kind: "elsewhere" };

const elsewhere: ZoneAnswer = { kind: "elsewhere" };
const specificationVersion = "1.1.0";

export class Zone {
  readonly #view: ClusterView;
  readonly #options: ZoneOptions;

  constructor(view: ClusterView, options: ZoneOptions) {
    this.#view = view;
    this.#options = options;
  }

  answer(question: Question): ZoneAnswer {
    const { domain } = this.#options;
    if (question.name.endsWith(".in-addr.arpa")) return this.#reverse(question);
    if (question.name === domain) return this.#apex(question);
    if (!question.name.endsWith(`.${domain}`)) return elsewhere;
    const labels = question.name.slice(0, -domain.length - 1).split(".");
    switch (labels.at(-1)) {
      case "svc":
        return this.#service(question, labels.slice(0, -1));
      case "pod":
        return this.#pod(question, labels.slice(0, -1));
      default:
        return this.#other(question, labels.join("."));
    }
  }

  #apex({ type }: Question): ZoneAnswer {
    const { domain: name, ttl } = this.#options;
    if (type === "SOA") return this.#found([this.#authority()]);
    if (type === "NS") return this.#found([{ name, ttl, type: "NS", target: `ns.dns.${name}` }]);
    return this.#noData();
  }

  #other({ name, type }: Question, inZone: string): ZoneAnswer {
    const { ttl } = this.#options;
    if (inZone === "dns-version") {
      return type === "TXT" ? this.#found([{ name, ttl, type, text: specificationVersion }]) : this.#noData();
    }
    if (inZone === "dns") return this.#noData();
    const dns = this.#view.service("kube-dns", "kube-system");
    return inZone === "ns.dns" && dns ? this.#addresses(name, type, clusterAddresses(dns)) : this.#nameError();
  }

  /** `labels` stand before `svc`: `[…, service, namespace]`. */
  #service(question: Question, labels: readonly string[]): ZoneAnswer {
    const [namespace, name, ...rest] = labels.toReversed();
    if (namespace === undefined) return this.#noData();
    if (name === undefined) return this.#view.hasNamespace(namespace) ? this.#noData() : this.#nameError();
    const service = this.#view.service(name, namespace);
    if (!service) return this.#nameError();
    if (service.spec.type === "ExternalName")
      return rest.length === 0 ? this.#alias(question, service) : this.#nameError();
    const endpoints = () => namedEndpoints(this.#view.slices(name, namespace));
    if (rest.length === 0) return this.#wholeService(question, service, endpoints);
    if (rest.length === 1) return this.#oneEndpoint(question, endpoints(), rest[0]!);
    const [protocol = "", port = ""] = rest;
    if (rest.length > 2 || !protocol.startsWith("_") || !port.startsWith("_")) return this.#nameError();
    return this.#servicePort(question, service, endpoints(), { protocol: protocol.slice(1), port: port.slice(1) });
  }

  #wholeService(question: Question, service: corev1.Service, endpoints: () => readonly NamedEndpoint[]): ZoneAnswer {
    if (question.type === "SRV") return this.#servicePort(question, service, endpoints(), undefined);
    const addresses = isHeadless(service) ? endpoints() : clusterAddresses(service);
    return this.#addresses(question.name, question.type, addresses);
  }

  #oneEndpoint({ name, type }: Question, endpoints: readonly NamedEndpoint[], host: string): ZoneAnswer {
    const named = endpoints.filter((endpoint) => endpoint.host === host);
    return named.length === 0 ? this.#nameError() : this.#addresses(name, type, named);
  }

  #servicePort(
    { name, type }: Question,
    service: corev1.Service,
    endpoints: readonly NamedEndpoint[],
    port: { readonly protocol: string; readonly port: string } | undefined,
  ): ZoneAnswer {
    const { ttl, domain } = this.#options;
    const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}`;
    const backing = isHeadless(service) ? endpoints : undefined;
    const found = serviceSrv({
      name,
      base,
      ttl,
      service,
      endpoints: backing,
      port,
      clusterAddresses: clusterAddresses(service),
    });
    if (found.answers.length === 0) return port ? this.#nameError() : this.#noData();
    return type === "SRV" ? this.#found(found.answers, found.additional) : this.#noData();
  }

  /** `a-b-c-d.namespace.pod` is an address in words; whether such a pod runs is not looked at. */
  #pod({ name, type }: Question, labels: readonly string[]): ZoneAnswer {
    const [namespace, host, ...rest] = labels.toReversed();
    if (namespace === undefined || host === undefined) return this.#noData();
    const address = host.replaceAll("-", ".");
    if (rest.length > 0 || !isIPv4(address)) return this.#nameError();
    return this.#addresses(name, type, [{ address, type: "A" }]);
  }

  #reverse({ name, type }: Question): ZoneAnswer {
    const address = name.split(".").slice(0, -2).reverse().join(".");
    if (!isIPv4(address)) return elsewhere;
    const { domain, ttl } = this.#options;
    const ofServices = this.#view
      .servicesAt(address)
      .map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${domain}`);
    const targets = ofServices.length > 0 ? ofServices : this.#endpointNames(address);
    if (targets.length === 0) return elsewhere;
    if (type !== "PTR") return this.#noData();
    return this.#found(targets.map((target) => ({ name, ttl, type: "PTR", target })));
  }

  #endpointNames(address: string): readonly string[] {
    return this.#view.slicesAt(address).flatMap((slice) => {
      const { namespace, labels } = slice.metadata;
      const service = this.#view.service(labels?.["kubernetes.io/service-name"] ?? "", namespace);
      if (!service || !isHeadless(service)) return [];
      const named = namedEndpoints([slice]).filter((endpoint) => endpoint.address === address);
      return named.map(({ host }) => `${host}.${service.metadata.name}.${namespace}.svc.${this.#options.domain}`);
    });
  }

  #alias({ name }: Question, service: corev1.Service): ZoneAnswer {
    const target = (service.spec.externalName ?? "").toLowerCase().replace(/\.$/, "");
    if (target === "") return this.#noData();
    return { kind: "alias", record: { name, ttl: this.#options.ttl, type: "CNAME", target }, target };
  }

  #addresses(
    name: string,
    type: string,
    addresses: readonly { readonly address: string; readonly type: "A" | "AAAA" }[],
  ): ZoneAnswer {
    const { ttl } = this.#options;
    const fitting = new Set(addresses.filter((one) => one.type === type).map(({ address }) => address));
    if (fitting.size === 0) return this.#noData();
    const records = [...fitting].map((address) => ({ name, ttl, type: type as "A" | "AAAA", address }));
    return this.#found(this.#shuffle(records));
  }

  #shuffle<T>(items: T[]): T[] {
    for (let at = items.length - 1; at > 0; at--) {
      const other = Math.floor(this.#options.random() * (at + 1));
      [items[at], items[other]] = [items[other]!, items[at]!];
    }
    return items;
  }

  #found(answers: readonly DnsRecord[], additional: readonly DnsRecord[] = []): ZoneAnswer {
    return { kind: "answer", answer: { code: responseCodes.noError, answers, additional, authoritative: true } };
  }

  /** The name exists, but has nothing of this type. */
  #noData(): ZoneAnswer {
    return this.#empty(responseCodes.noError);
  }

  #nameError(): ZoneAnswer {
    return this.#empty(responseCodes.nameError);
  }

  #empty(code: number): ZoneAnswer {
    return { kind: "answer", answer: { code, answers: [], authority: [this.#authority()], authoritative: true } };
  }

  #authority(): DnsRecord {
    const { domain, ttl, serial } = this.#options;
    return { name: domain, ttl, type: "SOA", primary: `ns.dns.${domain}`, mailbox: `hostmaster.${domain}`, serial };
  }
}

export function isHeadless({ spec }: corev1.Service): boolean {
  return spec.clusterIP === "None";
}

function clusterAddresses({ spec }: corev1.Service) {
  const all = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return all
    .filter((address) => address !== "None")
    .map((address) => ({ address, type: isIPv4(address) ? ("A" as const) : ("AAAA" as const) }));
}
