/** The way from the API server to the agent of a node: where it listens, and how each side proves who it is. */
import type https from "node:https";
import { type corev1, isNotFound, resources } from "../../api/mod.ts";
import type { Client, DialTarget } from "../../client/mod.ts";
import { notFound, plainFailure } from "../errors.ts";
import { CertifiedAgent, type ShownCertificate } from "./certified-agent.ts";

/** The agent must show a certificate of the authority, and is shown the client certificate. */
export interface AgentCredentials {
  /** PEM. */
  readonly certificateAuthority: string;
  /** Answers that of the day. */
  clientCertificate(): ShownCertificate;
}

export interface AgentAddress {
  readonly host: string;
  readonly port: number;
  /** `https://10.0.0.2:10250`. */
  readonly server: string;
}

const defaultPort = 10_250;
/** The node's own address first: names need a resolver that knows nodes. */
const addressTypes = ["InternalIP", "Hostname", "InternalDNS", "ExternalDNS", "ExternalIP"] as const;

export function serverUrl(scheme: string, host: string, port: number | string): string {
  const literal = host.includes(":") ? `[${host}]` : host;
  return port === "" ? `${scheme}://${literal}` : `${scheme}://${literal}:${port}`;
}

function addressOf({ status }: corev1.Node): string {
  const known = status?.addresses ?? [];
  for (const type of addressTypes) {
    const found = known.find((address) => address.type === type && address.address);
    if (found) return found.address;
  }
  const list = known.map(({ type, address }) => `{${type} ${address}}`).join(" ");
  throw plainFailure(`no preferred addresses found; known addresses: [${list}]`);
}

export class NodeAgents {
  readonly #credentials: AgentCredentials;
  readonly #client: Client;
  readonly #agent: CertifiedAgent;

  constructor(client: Client, credentials: AgentCredentials) {
    this.#client = client;
    this.#credentials = credentials;
    this.#agent = new CertifiedAgent({ ca: credentials.certificateAuthority, maxFreeSockets: 4 }, () =>
      credentials.clientCertificate(),
    );
  }

  /** Reuses connections to agents. */
  get agent(): https.Agent {
    return this.#agent.agent;
  }

  /** For connections of their own. PEM. */
  get credentials(): Pick<DialTarget, "certificateAuthority" | "clientCertificate" | "clientKey"> {
    const { certificate, key } = this.#credentials.clientCertificate();
    const { certificateAuthority } = this.#credentials;
    return { certificateAuthority, clientCertificate: certificate, clientKey: key };
  }

  /** `missing` names what is not found where the node is not: requests about a pod say so of the pod. */
  async locate(nodeName: string, missing: "pods" | "nodes"): Promise<AgentAddress> {
    const node = await this.#node(nodeName, missing);
    const host = addressOf(node);
    const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port || defaultPort;
    return { host, port, server: serverUrl("https", host, port) };
  }

  target(address: AgentAddress, path: string): DialTarget {
    return { ...this.credentials, server: address.server, path };
  }

  async #node(name: string, missing: "pods" | "nodes"): Promise<corev1.Node> {
    try {
      return await this.#client.resource(resources.nodes).get(name);
    } catch (error) {
      throw isNotFound(error) ? notFound({ group: "", resource: missing }, name) : error;
    }
  }
}
