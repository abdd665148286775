/** The cluster's own metrics server: asks the nodes what they use, and serves `metrics.k8s.io` behind the API server. */
import { type corev1, isConditionTrue, resources } from "../api/mod.ts";
import { FrontProxyAuthenticator, type FrontProxyOptions, type KeyPair } from "../auth/mod.ts";
import type { Component, ComponentContext } from "../client/mod.ts";
import { Access } from "./access.ts";
import { Collector } from "./collector.ts";
import { ClusterReadings } from "./readings.ts";
import { type Reached, Registration } from "./registration.ts";
import { MetricsApi } from "./server.ts";
import { isSimulated } from "./stated-usage.ts";

/** A pod with one container takes some hundred bytes. */
const mostBytes = 16 * 1024 * 1024;

export interface MetricsServerOptions {
  /** Whom the API server in front shows itself as. */
  readonly frontProxy: FrontProxyOptions;
  /** What this server shows. */
  readonly serving: KeyPair;
  /** Where pods reach this process; absent: nowhere, and it listens on loopback. */
  readonly address?: string;
}

export class MetricsServer implements Component {
  readonly name = "metrics-server";
  readonly #options: MetricsServerOptions;
  readonly #context: ComponentContext;
  readonly #registration: Registration;
  readonly #collector: Collector;
  readonly #api: MetricsApi;

  constructor(options: MetricsServerOptions, context: ComponentContext) {
    this.#options = options;
    this.#context = context;
    const { client, informers, log } = context;
    this.#registration = new Registration(context);
    const { lister } = informers.informer(resources.nodes);
    this.#collector = new Collector(
      {
        nodes: () => (this.#registration.isOurs ? lister.list().filter(canBeAsked) : []),
        scrape: (node, signal) => this.#scrape(node, signal),
      },
      context,
    );
    this.#api = new MetricsApi({
      serving: options.serving,
      clientAuthority: options.frontProxy.authority,
      address: options.address ?? "127.0.0.1",
      access: new Access({ client, frontProxy: new FrontProxyAuthenticator(options.frontProxy) }),
      readings: new ClusterReadings(this.#collector, context),
      log,
    });
  }

  async start(): Promise<void> {
    const { informers, signal } = this.#context;
    await informers.waitForSync(signal);
    const port = await this.#api.start();
    const { address } = this.#options;
    const reached: Reached = { port, ...(address !== undefined && { address }) };
    this.#registration.start(reached);
    this.#collector.start();
  }

  /** From now on. */
  useCertificate(pair: KeyPair): void {
    this.#api.useCertificate(pair);
  }

  async stop(): Promise<void> {
    await this.#collector.stop();
    await this.#registration.stop();
    await this.#api.stop();
  }

  /** Through the API server, which knows where agents listen and what they must be shown. */
  async #scrape(node: string, signal: AbortSignal): Promise<string> {
    const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/metrics/resource`;
    return boundedText(await this.#context.client.transport.stream({ method: "GET", path, signal }));
  }
}

function canBeAsked(node: corev1.Node): boolean {
  return isConditionTrue(node.status?.conditions, "Ready") && !isSimulated(node);
}

/** Rejects where there is no end to it: a node does not fill this server's memory. */
async function boundedText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > mostBytes) throw new Error(`it answers more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
