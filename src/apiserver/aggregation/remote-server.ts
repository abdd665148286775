/** The server that an APIService names: where it is, what it must show, and connections to it. */

import type { IncomingMessage } from "node:http";
import type { apiregistrationv1 } from "../../api/mod.ts";
import type { KeyPair, User } from "../../auth/mod.ts";
import type { DialTarget, ServiceReference, ServiceResolver } from "../../client/mod.ts";
import { type BackendRequest, sendToBackend } from "../streaming/backend-request.ts";
import { CertifiedAgent } from "../streaming/certified-agent.ts";
import { identityHeaders } from "./identity-headers.ts";

export interface RemoteServerContext {
  /** Answers what this server shows to be believed, that of the day: a client certificate of the front proxy's authority. */
  frontProxy(): KeyPair;
  readonly resolver: ServiceResolver;
}

type Spec = apiregistrationv1.APIServiceSpec & { readonly service: apiregistrationv1.ServiceReference };

export type SentRequest = Pick<BackendRequest, "method" | "headers" | "body" | "signal">;

/** Connections kept to one server while nobody uses them. */
const idleConnections = 16;
const defaultPort = 443;

export class RemoteServer {
  readonly service: ServiceReference;
  readonly #context: RemoteServerContext;
  readonly #agent: CertifiedAgent;
  readonly #spec: Spec;

  constructor(spec: Spec, context: RemoteServerContext) {
    const { namespace = "", name = "", port = defaultPort } = spec.service;
    this.service = { namespace, name, port };
    this.#spec = spec;
    this.#context = context;
    this.#agent = new CertifiedAgent({ ...this.#trust(), maxFreeSockets: idleConnections }, () => context.frontProxy());
  }

  /** The answer's head; its body is still to come. `url` is one of `url()`. Rejects where nothing answers. */
  send(user: User, url: URL, request: SentRequest): Promise<IncomingMessage> {
    const headers = { ...request.headers, ...identityHeaders(user) };
    return sendToBackend({ ...request, url, headers, agent: this.#agent.agent, insecure: this.#insecure });
  }

  /** Where `target`, a path with its query, is now. Rejects where nothing stands behind the Service. */
  async url(target: string): Promise<URL> {
    const { host, port } = await this.#context.resolver.resolve(this.service);
    return new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}${target}`);
  }

  /** For connections that leave HTTP. */
  async dialTarget(user: User, target: string): Promise<DialTarget> {
    const { certificate, key } = this.#context.frontProxy();
    const { ca, servername } = this.#trust();
    return {
      server: (await this.url("/")).origin,
      path: target,
      serverName: servername,
      clientCertificate: certificate,
      clientKey: key,
      insecure: this.#insecure,
      ...(ca && { certificateAuthority: ca }),
      headers: identityHeaders(user),
    };
  }

  close(): void {
    this.#agent.close();
  }

  get #insecure(): boolean {
    return this.#spec.insecureSkipTLSVerify === true;
  }

  /** Whatever address answers, its certificate is the Service's. Without a bundle the machine's own authorities are asked. */
  #trust(): { readonly servername: string; readonly ca?: string; readonly allowPartialTrustChain?: boolean } {
    const { caBundle } = this.#spec;
    return {
      servername: `${this.service.name}.${this.service.namespace}.svc`,
      ...(caBundle && { ca: Buffer.from(caBundle, "base64").toString("utf8"), allowPartialTrustChain: true }),
    };
  }
}
