/** Keeps the condition `Available` of APIServices: looks when one changes, when its Service or endpoints do, and every half minute. */
import type { IncomingMessage } from "node:http";
import { clone, type discoveryv1, ignoreNotFound, type KubernetesObject, resources } from "../../api/mod.ts";
import { Group, type User } from "../../auth/mod.ts";
import { type Component, type ComponentContext, ControllerLoop, type Informer } from "../../client/mod.ts";
import type { CounterFamily } from "../metrics/families.ts";
import { timestamp } from "../registry/operation.ts";
import { failedDiscovery, local, passed, serviceProblem, type Verdict, withVerdict } from "./availability.ts";
import { addAvailabilityMetrics } from "./availability-metrics.ts";
import { type APIService, groupVersionOf, type RegisteredServices, type RemoteVersion } from "./registered-services.ts";

const againAfterMs = 30_000;
const mostDelayMs = 30_000;
const answerWithinMs = 6_000;
/** A Service has several endpoints, of which some may be on their way up or down. */
const attempts = 5;

/** As whom this server asks on its own account. */
export const aggregatorUser: User = { name: "system:kube-aggregator", groups: [Group.masters] };

const serviceLabel = "kubernetes.io/service-name";
const sliceIndex = "aggregation-service";
const serviceKey = (namespace: string | undefined, name: string | undefined) => `${namespace}/${name}`;

export class AvailabilityController implements Component {
  readonly name = "apiservice-availability";
  readonly #registered: RegisteredServices;
  readonly #context: ComponentContext;
  readonly #services;
  readonly #slices: Informer<discoveryv1.EndpointSlice>;
  readonly #loop: ControllerLoop;
  readonly #losses: CounterFamily;

  constructor(registered: RegisteredServices, context: ComponentContext) {
    this.#registered = registered;
    this.#context = context;
    this.#losses = addAvailabilityMetrics(context.metrics, registered.informer);
    this.#loop = new ControllerLoop({
      name: this.name,
      log: context.log,
      clock: context.clock,
      mostDelayMs,
      reconcile: (name) => this.#reconcile(name),
    });
    const enqueue = ({ metadata }: KubernetesObject) => this.#loop.queue.add(metadata.name);
    registered.informer.addHandler({ add: enqueue, update: enqueue });
    this.#services = context.informers.informer(resources.services);
    this.#services.addHandler(onChange(({ metadata }) => this.#enqueueOf(metadata.namespace, metadata.name)));
    this.#slices = context.informers.informer(resources.endpointslices);
    this.#slices.addIndex(sliceIndex, ({ metadata }) => [
      serviceKey(metadata.namespace, metadata.labels?.[serviceLabel]),
    ]);
    this.#slices.addHandler(
      onChange(({ metadata }) => this.#enqueueOf(metadata.namespace, metadata.labels?.[serviceLabel])),
    );
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  #enqueueOf(namespace: string | undefined, name: string | undefined): void {
    for (const { service, server } of this.#registered.remotes())
      if (server.service.namespace === namespace && server.service.name === name)
        this.#loop.queue.add(service.metadata.name);
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const service = this.#registered.informer.lister.get(name);
    if (!service) return undefined;
    if (!service.spec.service) return void (await this.#report(service, local));
    const { group = "", version = "" } = service.spec;
    const remote = this.#registered.find(group, version);
    if (!remote) return undefined;
    const verdict = await this.#judge(remote);
    // Who stops has asked for no answer any more, which says nothing of the other server.
    if (this.#context.signal.aborted) return undefined;
    await this.#report(service, verdict);
    if (verdict.reason === "FailedDiscoveryCheck") throw new Error(verdict.message);
    return againAfterMs;
  }

  async #judge({ service, server }: RemoteVersion): Promise<Verdict> {
    const { namespace, name } = server.service;
    const slices = this.#slices.lister.byIndex(sliceIndex, serviceKey(namespace, name));
    const problem = serviceProblem(server.service, this.#services.lister.get(name, namespace), slices);
    if (problem) return problem;
    let last = "";
    for (let attempt = 0; attempt < attempts; attempt++) {
      const failure = await this.#ask(server, `/apis/${groupVersionOf(service)}`);
      if (failure === undefined) return passed;
      // The same endpoint would only say the same again.
      if (failure === last) break;
      last = failure;
    }
    return failedDiscovery(last);
  }

  /** Answers what went wrong. */
  async #ask(server: RemoteVersion["server"], path: string): Promise<string | undefined> {
    const signal = AbortSignal.any([this.#context.signal, AbortSignal.timeout(answerWithinMs)]);
    let url: URL;
    try {
      url = await server.url(path);
    } catch (error) {
      return (error as Error).message;
    }
    try {
      const { statusCode = 0 } = drained(await server.send(aggregatorUser, url, { method: "GET", signal }));
      return statusCode >= 200 && statusCode < 300 ? undefined : `bad status from ${url}: ${statusCode}`;
    } catch (error) {
      return `failing or missing response from ${url}: Get ${JSON.stringify(String(url))}: ${(error as Error).message}`;
    }
  }

  async #report(service: APIService, verdict: Verdict): Promise<void> {
    const now = timestamp(this.#context.clock.now());
    const conditions = withVerdict(service.status?.conditions ?? [], verdict, now);
    if (!conditions) return;
    const was = service.status?.conditions?.find(({ type }) => type === "Available")?.status;
    if (verdict.status === "False" && was !== "False")
      this.#losses.labelled(service.metadata.name, verdict.reason).value++;
    const next = clone(service);
    next.status = { ...next.status, conditions };
    await this.#context.client.resource(resources.apiservices).updateStatus(next).catch(ignoreNotFound);
  }
}

function drained(answer: IncomingMessage): IncomingMessage {
  answer.on("error", () => {});
  return answer.resume();
}

function onChange<T>(tell: (object: T) => void) {
  return { add: tell, update: tell, delete: tell };
}
