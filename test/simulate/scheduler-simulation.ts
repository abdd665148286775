/**
 * The scheduler, its queue, its cache and its informers, on an API that answers in an order that a seed decides and fails now and then, with a
 * clock that moves when the seed says. No node is given more than it has, no pod is bound twice, nobody is preempted whom none is above, and when all
 * is quiet no pod waits that has room somewhere, or that could make room by its priority. Then pods come to which everybody must give way: nobody does
 * where there is room, and whom a disruption budget protects only where nobody else is enough.
 */
import assert from "node:assert/strict";
import { pino } from "pino";
import type { corev1, policyv1 } from "../../src/api/mod.ts";
import { createClient, FakeClock, SharedInformerFactory } from "../../src/client/mod.ts";
import { Registry } from "../../src/client/prometheus.ts";
import { Scheduler } from "../../src/scheduler/mod.ts";
import { Random } from "../support/random.ts";
import { isGuarded, milliCpu, SimulatedApi } from "./simulated-api.ts";
import { Steps } from "./steps.ts";

const log = pino({ enabled: false });
const sumOfCpu = (sum: number, pod: corev1.Pod) => sum + milliCpu(pod);

export class SchedulerSimulation {
  readonly #random: Random;
  readonly #steps: Steps;
  readonly #api: SimulatedApi;
  readonly #clock = new FakeClock();
  #names = 0;
  /** Above everybody, and each probe above the one before. */
  #priority = 10_000;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#steps = new Steps(this.#random);
    this.#api = new SimulatedApi(this.#steps, this.#random);
  }

  async run(): Promise<{ steps: number; bindings: number; preempted: number }> {
    for (let count = 2 + this.#random.below(4); count > 0; count--) this.#addNode();
    this.#addBudget();
    const { scheduler, informers, abort } = this.#start();
    await this.#steps.run(() => false);
    await scheduler.start();
    for (let round = 0; round < 40; round++) {
      this.#change();
      const until = this.#steps.taken + this.#random.below(25);
      await this.#steps.run(() => this.#steps.taken >= until);
      if (this.#random.chance(0.3)) this.#clock.advance(this.#random.below(3000));
    }
    // No more faults, and all the time there is: what can be placed is placed.
    this.#api.failures = 0;
    await this.#settle(60);
    this.#checkRest();
    for (let probes = 0; probes < 3; probes++) await this.#probe();
    abort.abort();
    const stopping = Promise.all([scheduler.stop(), informers.stop()]);
    await this.#steps.run();
    this.#clock.advance(60_000);
    await stopping;
    const { bindings, preempted } = this.#api;
    return { steps: this.#steps.taken, bindings, preempted };
  }

  /** Twenty seconds at a time. */
  async #settle(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await this.#steps.run();
      this.#clock.advance(20_000);
    }
    await this.#steps.run();
  }

  #start() {
    const abort = new AbortController();
    const client = createClient(this.#api);
    const random = () => this.#random.next();
    const informers = new SharedInformerFactory(client, { clock: this.#clock, log, random });
    const metrics = new Registry();
    const context = { client, informers, log, metrics, clock: this.#clock, signal: abort.signal };
    const scheduler = new Scheduler({ random, sliceMs: Number.POSITIVE_INFINITY }, context);
    informers.start();
    return { scheduler, informers, abort };
  }

  #addNode(): void {
    const name = `node-${this.#names++}`;
    const cpu = `${(1 + this.#random.below(4)) * 1000}m`;
    const status = { allocatable: { cpu, memory: "8Gi", pods: "20" }, capacity: { cpu, memory: "8Gi", pods: "20" } };
    const metadata = {
      name,
      uid: name,
      labels: { "kubernetes.io/hostname": name },
      creationTimestamp: "2026-01-01T00:00:00Z",
    };
    this.#api.put("nodes", { apiVersion: "v1", kind: "Node", metadata, spec: {}, status } as unknown as corev1.Node);
  }

  #addBudget(): void {
    const metadata = { name: "guard", namespace: "default", uid: "guard", creationTimestamp: "2026-01-01T00:00:00Z" };
    const spec = { minAvailable: this.#random.below(6), selector: { matchLabels: { guarded: "yes" } } };
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec };
    const status = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    this.#api.put("poddisruptionbudgets", { ...budget, status } as unknown as policyv1.PodDisruptionBudget);
  }

  #addPod(hundreds = 1 + this.#random.below(12), priority = this.#random.pick([0, 0, 0, 100, 1000])): corev1.Pod {
    const name = `pod-${this.#names++}`;
    const cpu = `${hundreds * 100}m`;
    const container = { name: "main", image: "main:1", resources: { requests: { cpu } } };
    const labels = { guarded: this.#random.chance(0.4) ? "yes" : "no" };
    const metadata = { name, namespace: "default", uid: name, labels, creationTimestamp: "2026-01-01T00:00:00Z" };
    const spec = { schedulerName: "default-scheduler", containers: [container], priority };
    const made = { apiVersion: "v1", kind: "Pod", metadata, spec, status: { phase: "Pending" } };
    const pod = made as unknown as corev1.Pod;
    this.#api.put("pods", pod);
    return pod;
  }

  /** Nobody else waits, so that whoever goes goes for this one. */
  async #probe(): Promise<void> {
    for (const { metadata, spec } of [...this.#api.pods.values()])
      if (!spec.nodeName) this.#api.remove("pods", metadata.name);
    await this.#settle(2);
    const before = [...this.#api.pods.values()];
    const allowed = this.#api.poddisruptionbudgets.get("guard")!.status?.disruptionsAllowed ?? 0;
    const nodes = [...this.#api.nodes.values()].filter(({ spec }) => !spec.unschedulable);
    const free = new Map(nodes.map((node) => [node.metadata.name, this.#api.free(node)]));
    const unguarded = before.filter((pod) => !isGuarded(pod));
    const probe = this.#addPod(3 + this.#random.below(30), this.#priority++);
    await this.#settle(5);
    const gone = before.filter(({ metadata }) => !this.#api.pods.has(metadata.name));
    const wanted = milliCpu(probe);
    const canBeOn = (name: string, without: readonly corev1.Pod[]) =>
      free.get(name)! + without.filter((pod) => pod.spec.nodeName === name).reduce(sumOfCpu, 0) >= wanted;
    const names = [...free.keys()];
    if (gone.length > 0)
      assert.ok(!names.some((name) => canBeOn(name, [])), "somebody had to go though there was room");
    if (gone.filter(isGuarded).length > allowed)
      assert.ok(!names.some((name) => canBeOn(name, unguarded)), "a budget was broken though others were enough");
    const place = this.#api.pods.get(probe.metadata.name)!.spec.nodeName;
    assert.equal(
      place !== undefined,
      names.some((name) => canBeOn(name, before)),
      "it is placed where it can be",
    );
  }

  /** Somebody does something. */
  #change(): void {
    const way = this.#random.next();
    const [pods, nodes] = [[...this.#api.pods.keys()], [...this.#api.nodes.values()]];
    if (way < 0.65) this.#addPod();
    else if (way < 0.8 && pods.length > 0) this.#api.remove("pods", this.#random.pick(pods));
    else if (way < 0.9 && nodes.length > 0) {
      const node = this.#random.pick(nodes);
      this.#api.put("nodes", { ...node, spec: { ...node.spec, unschedulable: !node.spec.unschedulable } });
    } else if (way < 0.95) this.#addNode();
  }

  #checkRest(): void {
    if (this.#api.broken.length > 0) throw this.#api.broken[0];
    const open = [...this.#api.nodes.values()].filter(({ spec }) => !spec.unschedulable);
    for (const node of this.#api.nodes.values())
      assert.ok(this.#api.free(node) >= 0, `${node.metadata.name} holds more than it has`);
    for (const pod of this.#api.pods.values()) {
      if (pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp) continue;
      const { name } = pod.metadata;
      const wanted = milliCpu(pod);
      for (const node of open) {
        assert.ok(this.#api.free(node) < wanted, `${name} waits though ${node.metadata.name} has room`);
        const below = this.#api
          .on(node.metadata.name)
          .filter(({ spec }) => (spec.priority ?? 0) < (pod.spec.priority ?? 0));
        const could = below.reduce((sum, victim) => sum + milliCpu(victim), this.#api.free(node));
        assert.ok(could < wanted, `${name} waits though it could make room on ${node.metadata.name}`);
      }
    }
  }
}
