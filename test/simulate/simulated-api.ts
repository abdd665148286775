/**
 * As much of an API server as the scheduler sees: lists, watches, bindings, statuses, deletions. Each takes as long as the seed wants; some fail
 * before anything was done, some after it; watches are cut off. What is not allowed is refused as upstream refuses it, and noted where it should never be tried.
 */
import assert from "node:assert/strict";
import { type corev1, type KubernetesObject, parseQuantity, type policyv1, StatusError } from "../../src/api/mod.ts";
import type { ApiRequest, Transport, WatchEvent } from "../../src/client/mod.ts";
import type { Random } from "../support/random.ts";
import type { Steps } from "./steps.ts";

type Event = WatchEvent<KubernetesObject> & { readonly collection: string; readonly revision: number };

type Collection = "pods" | "nodes" | "poddisruptionbudgets";

/** Whether the one budget that there is covers it. */
export const isGuarded = ({ metadata }: corev1.Pod): boolean => metadata.labels?.["guarded"] === "yes";

const refusal = (code: number, reason: string) =>
  new StatusError({ apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure", code, reason, message: reason });

export const milliCpu = ({ spec }: corev1.Pod): number =>
  spec.containers.reduce(
    (sum, { resources }) => sum + Number(parseQuantity(resources?.requests?.["cpu"] ?? "0").milliValue()),
    0,
  );

export class SimulatedApi implements Transport {
  readonly pods = new Map<string, corev1.Pod>();
  readonly nodes = new Map<string, corev1.Node>();
  readonly poddisruptionbudgets = new Map<string, policyv1.PodDisruptionBudget>();
  /** Share of writes that fail. */
  failures = 0.1;
  bindings = 0;
  preempted = 0;
  /** What should never have been asked for. */
  readonly broken: unknown[] = [];
  readonly #steps: Steps;
  readonly #random: Random;
  readonly #events: Event[] = [];
  #revision = 1;
  #highest = 0;

  constructor(steps: Steps, random: Random) {
    this.#steps = steps;
    this.#random = random;
  }

  put(collection: Collection, object: corev1.Pod | corev1.Node | policyv1.PodDisruptionBudget): void {
    if (collection === "pods") this.#highest = Math.max(this.#highest, (object as corev1.Pod).spec.priority ?? 0);
    const map = this[collection] as Map<string, KubernetesObject>;
    const { name } = object.metadata;
    const type = map.has(name) ? "MODIFIED" : "ADDED";
    const stored = this.#stamped(object as unknown as KubernetesObject);
    map.set(name, stored);
    this.#tell(type, collection, stored);
    if (collection === "pods") this.#steps.defer(() => this.#settleBudgets());
  }

  remove(collection: "pods" | "nodes", name: string): void {
    const object = this[collection].get(name);
    if (!object) return;
    this[collection].delete(name);
    this.#tell("DELETED", collection, this.#stamped(object as unknown as KubernetesObject));
    if (collection === "pods") this.#steps.defer(() => this.#settleBudgets());
  }

  /** What the disruption controller does, after a while. */
  #settleBudgets(): void {
    const healthy = [...this.pods.values()].filter(
      (pod) => isGuarded(pod) && pod.spec.nodeName && !pod.metadata.deletionTimestamp,
    ).length;
    for (const budget of this.poddisruptionbudgets.values()) {
      const disruptionsAllowed = Math.max(0, healthy - Number(budget.spec.minAvailable));
      if (budget.status?.disruptionsAllowed === disruptionsAllowed) continue;
      this.put("poddisruptionbudgets", { ...budget, status: { ...budget.status!, disruptionsAllowed } });
    }
  }

  on(node: string): corev1.Pod[] {
    return [...this.pods.values()].filter(({ spec }) => spec.nodeName === node);
  }

  free(node: corev1.Node): number {
    const all = Number(parseQuantity(node.status!.allocatable!["cpu"]!).milliValue());
    return all - this.on(node.metadata.name).reduce((sum, pod) => sum + milliCpu(pod), 0);
  }

  async request({ method, path, body }: ApiRequest): Promise<unknown> {
    await this.#steps.pause();
    const [collection = "", name = "", part = ""] = parts(path);
    if (method === "GET" && name !== "") return this.#get(name);
    if (method === "GET") return this.#list(collection);
    if (collection !== "pods") return body;
    if (this.#random.chance(this.failures)) throw refusal(500, "InternalError");
    const answer = this.#tried(() => this.#write(method, name, part, body as never));
    await this.#steps.pause();
    // Done, and the connection breaks before the answer is there.
    if (this.#random.chance(this.failures)) throw refusal(500, "InternalError");
    return answer;
  }

  /** Who asks takes what is thrown for a refusal: a broken promise is kept for the end. */
  #tried<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof StatusError)) this.broken.push(error);
      throw error;
    }
  }

  #get(name: string): corev1.Pod {
    const pod = this.pods.get(name);
    if (!pod) throw refusal(404, "NotFound");
    return pod;
  }

  #list(collection: string) {
    const isKept = collection === "pods" || collection === "nodes" || collection === "poddisruptionbudgets";
    const items = isKept ? [...this[collection].values()] : [];
    return { metadata: { resourceVersion: String(this.#revision) }, items };
  }

  #write(
    method: string,
    name: string,
    part: string,
    body: { target: { name: string }; status: corev1.PodStatus },
  ): unknown {
    const pod = this.#get(name);
    if (method === "DELETE") return this.#preempt(pod);
    if (part === "binding") return this.#bind(pod, body.target.name);
    const { nominatedNodeName, ...status } = body.status;
    const kept = { ...pod.status, ...status };
    if (nominatedNodeName) kept.nominatedNodeName = nominatedNodeName;
    else if (nominatedNodeName === null) delete kept.nominatedNodeName;
    this.put("pods", { ...pod, status: kept });
    return this.pods.get(name);
  }

  #bind(pod: corev1.Pod, name: string): unknown {
    if (pod.metadata.deletionTimestamp) throw refusal(409, "Conflict");
    assert.equal(pod.spec.nodeName, undefined, `${pod.metadata.name} is bound to ${name} though it is bound already`);
    const node = this.nodes.get(name);
    const promised = node && this.free(node) >= milliCpu(pod);
    // The node may have gone while the binding was on its way, and come back smaller: that nobody could know.
    if (node && !node.metadata.annotations?.["shrunk"])
      assert.ok(promised, `${name} has no room for ${pod.metadata.name}`);
    this.bindings++;
    this.put("pods", { ...pod, spec: { ...pod.spec, nodeName: name } });
    return {};
  }

  #preempt(pod: corev1.Pod): unknown {
    // Whom it was for may have gone since.
    const isBelow = (pod.spec.priority ?? 0) < this.#highest;
    assert.ok(isBelow, `${pod.metadata.name} was preempted though nobody was ever above it`);
    if (pod.metadata.deletionTimestamp) return pod;
    this.preempted++;
    this.put("pods", { ...pod, metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } });
    this.#steps.defer(() => this.remove("pods", pod.metadata.name));
    return pod;
  }

  async *watch({ path, query, signal }: ApiRequest): AsyncIterable<WatchEvent<KubernetesObject>> {
    const [collection = ""] = parts(path);
    let reached = Number(query?.["resourceVersion"] ?? 0);
    if (this.#random.chance(0.1)) throw refusal(410, "Expired");
    while (!signal?.aborted) {
      const next = this.#events.find((event) => event.collection === collection && event.revision > reached);
      if (!next) {
        await this.#news(signal);
        continue;
      }
      await this.#steps.pause();
      if (this.#random.chance(0.02)) return;
      reached = next.revision;
      yield { type: next.type, object: next.object };
    }
  }

  #listeners: (() => void)[] = [];

  #news(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.push(resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #stamped(object: KubernetesObject): never {
    this.#revision++;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } } as never;
  }

  #tell(type: Event["type"], collection: string, object: KubernetesObject): void {
    this.#events.push({ type, collection, object, revision: this.#revision });
    for (const listener of this.#listeners.splice(0)) listener();
  }

  stream(): Promise<ReadableStream<Uint8Array>> {
    return Promise.reject(refusal(404, "NotFound"));
  }

  async close(): Promise<void> {}
}

/** Of `/api/v1/namespaces/x/pods/y/binding`: `pods`, `y`, `binding`. */
function parts(path: string): string[] {
  const words = path.split("/").slice(path.startsWith("/api/") ? 3 : 4);
  return words[0] === "namespaces" && words.length > 2 ? words.slice(2) : words;
}
