/** An API server with another one behind it: a small program that says what it was asked and by whom. */
import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { pino } from "pino";
import { CertificateAuthority } from "../../../auth/mod.ts";
import { createClient, SharedInformerFactory, systemClock, type Transport } from "../../../client/mod.ts";
import { Registry } from "../../../client/prometheus.ts";
import { admin, type ServerUnderTest, startServer } from "../../testing/server-under-test.ts";
import { Aggregation } from "../aggregation.ts";

const proxyAuthority = CertificateAuthority.create("front proxy");
const serviceAuthority = CertificateAuthority.create("service");
const frontProxyName = "front-proxy-client";

export const group = "example.test";
export const version = "v1";
export const namespace = "example";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Of a certificate that the front proxy's authority has signed. */
  readonly clientName: string | undefined;
  readonly body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** The server behind. */
class ExtensionServer {
  readonly seen: SeenRequest[] = [];
  /** What it does with a request; by default it answers an empty object. */
  answer: Answer = (_request, response) => response.end("{}");
  onUpgrade: (request: IncomingMessage, socket: Duplex) => void = (_request, socket) => socket.destroy();
  readonly #server: https.Server;

  constructor() {
    const names = [`api.${namespace}.svc`];
    const { certificate, key } = serviceAuthority.issue({
      commonName: "api",
      alternativeNames: names,
      usage: "server",
    });
    const options = { cert: certificate, key, ca: proxyAuthority.certificate, requestCert: true };
    this.#server = https.createServer({ ...options, rejectUnauthorized: false }, (request, response) => {
      void this.#handle(request, response);
    });
    this.#server.on("upgrade", (request, socket) => this.onUpgrade(request, socket));
  }

  async start(): Promise<number> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Requests of clients, without those by which the server in front looks around. */
  get asked(): SeenRequest[] {
    return this.seen.filter(({ headers }) => headers["x-remote-user"] !== "system:kube-aggregator");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const socket = request.socket as TLSSocket;
    const seen = {
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      clientName: socket.authorized ? String(socket.getPeerCertificate().subject.CN) : undefined,
      body: Buffer.concat(await request.toArray()).toString(),
    };
    this.seen.push(seen);
    this.answer(seen, response);
  }
}

export interface AggregatedServer extends ServerUnderTest {
  readonly extension: ExtensionServer;
}

export async function startAggregatedServer(): Promise<AggregatedServer> {
  const extension = new ExtensionServer();
  const port = await extension.start();
  const abort = new AbortController();
  const log = pino({ enabled: false });
  let front: ServerUnderTest | undefined;
  const transport = () => front!.server.transport(admin, "aggregation");
  const client = createClient(late(transport));
  const informers = new SharedInformerFactory(client, { clock: systemClock, log });
  const shown = proxyAuthority.issue({ commonName: frontProxyName, usage: "client" });
  const aggregation = new Aggregation(
    {
      frontProxy: () => shown,
      resolver: { resolve: () => ({ host: "127.0.0.1", port }) },
    },
    { client, informers, log, metrics: new Registry(), clock: systemClock, signal: abort.signal },
  );
  const frontProxy = { authority: proxyAuthority.certificate, allowedNames: [frontProxyName] };
  front = await startServer({ aggregation, frontProxy });
  informers.start();
  await informers.waitForSync();
  await aggregation.start();
  return Object.assign(front, { extension, stop: stopAll(front, { aggregation, informers, extension, abort }) });
}

function late(target: () => Transport): Transport {
  return {
    request: (request) => target().request(request),
    watch: (request) => target().watch(request),
    stream: (request) => target().stream(request),
    close: () => target().close(),
  };
}

interface Parts {
  readonly aggregation: Aggregation;
  readonly informers: SharedInformerFactory;
  readonly extension: ExtensionServer;
  readonly abort: AbortController;
}

function stopAll({ stop }: ServerUnderTest, { aggregation, informers, extension, abort }: Parts) {
  return async () => {
    abort.abort();
    await aggregation.stop();
    await informers.stop();
    await stop();
    extension.stop();
  };
}

/** The APIService of the server behind, without anything that it needs to be available. */
export function apiService(more: object = {}) {
  const caBundle = Buffer.from(serviceAuthority.certificate).toString("base64");
  return {
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name: `${version}.${group}` },
    spec: {
      group,
      version,
      groupPriorityMinimum: 2000,
      versionPriority: 10,
      caBundle,
      service: { name: "api", namespace },
      ...more,
    },
  };
}

const registration = "/apis/apiregistration.k8s.io/v1/apiservices";
export const registrationPath = `${registration}/${version}.${group}`;

/** The Service and its endpoints, which the server under test does not check for truth. */
export async function makeService(api: ServerUnderTest): Promise<void> {
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  const spec = { ports: [{ port: 443, targetPort: 8443 }] };
  await api.ask("POST", `/api/v1/namespaces/${namespace}/services`, { body: { metadata: { name: "api" }, spec } });
}

export async function makeEndpoints(api: ServerUnderTest): Promise<void> {
  const body = {
    metadata: { name: "api", labels: { "kubernetes.io/service-name": "api" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.0.0.7"] }],
    ports: [{ name: "", port: 8443 }],
  };
  await api.ask("POST", `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { body });
}

export async function register(api: ServerUnderTest): Promise<void> {
  await api.ask("POST", registration, { body: apiService() });
}

const patienceMs = 10_000;

/** Waits until the condition `Available` has this reason, and answers it. */
export async function untilReason(api: ServerUnderTest, reason: string) {
  for (const end = Date.now() + patienceMs; ; ) {
    const { body } = await api.ask("GET", registrationPath);
    const condition = body.status?.conditions?.[0];
    if (condition?.reason === reason) return condition;
    if (Date.now() > end) throw new Error(`not ${reason} but ${JSON.stringify(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
