/** Registers the node and keeps its status current: soon after something changes, or somebody else overwrites it, and every five minutes. */
import { type corev1, formatTime, isAlreadyExists, isConditionTrue, isNotFound, resources } from "../../api/mod.ts";
import type { ComponentContext, EventRecorder } from "../../client/mod.ts";
import type { Runtime, RuntimeVersion } from "../runtime/contract.ts";
import { messageOf } from "../runtime/errors.ts";
import { isShown, type NodeDescription, type NodeObservation, nodeLabels, nodeStatus } from "./node-object.ts";

interface Context extends Pick<ComponentContext, "client" | "clock" | "log" | "signal"> {
  readonly recorder: EventRecorder;
  /** The node as it is watched; nothing as long as nobody does. */
  present?(): corev1.Node | undefined;
}

const lookMs = 10_000;
/** Nothing happens to a simulated runtime that its node does not do itself. */
const simulatedLookMs = 60_000;
/** While the runtime is not ready it is looked at more often; at first somebody waits for it. */
const impatientLookMs = { first: 20, last: 250, factor: 1.2 };
const writeAtLeastMs = 5 * 60_000;

export class NodeReporter {
  readonly #description: NodeDescription;
  readonly #runtime: Runtime;
  readonly #context: Context;
  readonly #ready = Promise.withResolvers<void>();
  #node: corev1.Node | undefined;
  /** What the API had, or was told, last. */
  #told: corev1.NodeStatus | undefined;
  #isOverwritten = false;
  #version: RuntimeVersion | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #toldReady: boolean | undefined;
  #toldUnschedulable = false;
  #impatientMs: number = impatientLookMs.first;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(description: NodeDescription, runtime: Runtime, context: Context) {
    this.#description = description;
    this.#runtime = runtime;
    this.#context = context;
  }

  /** As the API had it last. */
  get node(): corev1.Node | undefined {
    return this.#node;
  }

  /** Resolves when the API has the node as Ready for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Resolves when the API has the node with its status. */
  async start(): Promise<void> {
    const observation = await this.#observe();
    this.#node = await this.#register(observation);
    this.#context.recorder.event(this.#node, "Normal", "Starting", "Starting kubelet.");
    await this.#report(observation);
    this.#schedule(observation);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Somebody has changed the node: a status that is not this agent's is looked at as soon as upstream's would. */
  changed(node: corev1.Node): void {
    if (this.#stopped || !this.#told) return;
    // What is watched may be older than what an own write was answered.
    this.#tellSchedulability(newer(node, this.#node)!);
    if (this.#isOverwritten || isShown(this.#told, node.status)) return;
    this.#isOverwritten = true;
    this.#lookAfter(lookMs);
  }

  #lookAfter(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#context.clock.after(ms, () => void this.#look());
  }

  #schedule({ conditions }: NodeObservation): void {
    if (this.#stopped || this.#context.signal.aborted) return;
    const ready = conditions?.every(({ status }) => status) === true;
    // Many nodes in one process do not all look at once.
    const isPatient = this.#runtime.kind === "simulated" && !this.#isOverwritten;
    const patientMs = isPatient ? simulatedLookMs * (1 + Math.random() / 10) : lookMs;
    this.#lookAfter(ready ? patientMs : this.#impatientMs);
    const { first, last, factor } = impatientLookMs;
    this.#impatientMs = ready ? first : Math.min(this.#impatientMs * factor, last);
  }

  async #look(): Promise<void> {
    this.#isOverwritten = false;
    const observation = await this.#observe();
    try {
      await this.#report(observation);
    } catch (error) {
      if (!this.#stopped)
        this.#context.log.warn(
          { node: this.#description.name, error: messageOf(error) },
          "node status was not written",
        );
    }
    this.#schedule(observation);
  }

  async #observe(): Promise<NodeObservation> {
    try {
      const [version, conditions, images] = await Promise.all([
        this.#version ?? this.#runtime.version(),
        this.#runtime.status(),
        this.#runtime.images.list(),
      ]);
      this.#version = version;
      return { version, conditions, images };
    } catch (error) {
      this.#context.log.warn(
        { node: this.#description.name, error: messageOf(error) },
        "container runtime does not answer",
      );
      // It may come back as another version.
      const version = this.#version;
      this.#version = undefined;
      return { version, conditions: undefined, images: [] };
    }
  }

  async #register(observation: NodeObservation): Promise<corev1.Node> {
    const nodes = this.#context.client.resource(resources.nodes);
    const { name, taints, providerId, podCidr } = this.#description;
    const labels = nodeLabels(this.#description);
    const annotations = { "volumes.kubernetes.io/controller-managed-attach-detach": "true" };
    const spec = {
      ...(taints.length > 0 && { taints: [...taints] }),
      ...(providerId && { providerID: providerId }),
      ...(podCidr && { podCIDR: podCidr, podCIDRs: [podCidr] }),
    };
    const status = nodeStatus(this.#description, observation, undefined, this.#now());
    try {
      const node = await nodes.create({ metadata: { name, labels, annotations }, spec, status });
      this.#writtenAt = this.#context.clock.monotonic();
      return node;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return nodes.patch(name, { metadata: { labels, annotations } }, { type: "strategic" });
    }
  }

  async #report(observation: NodeObservation): Promise<void> {
    const node = newer(this.#context.present?.(), this.#node);
    const status = nodeStatus(this.#description, observation, node?.status, this.#now());
    const same = isShown(status, node?.status);
    this.#told = status;
    this.#tellReadiness(status);
    if (node) this.#tellSchedulability(node);
    const now = this.#context.clock.monotonic();
    if (!same || now - this.#writtenAt >= writeAtLeastMs) {
      this.#node = await this.#write(status, observation);
      this.#writtenAt = now;
    }
    if (isConditionTrue(status.conditions, "Ready")) this.#ready.resolve();
  }

  #tellReadiness(status: corev1.NodeStatus): void {
    const ready = isConditionTrue(status.conditions, "Ready");
    if (ready === this.#toldReady || this.#node === undefined) return;
    this.#toldReady = ready;
    this.#tell(this.#node, ready ? "NodeReady" : "NodeNotReady");
  }

  /** Who cordons a node is told when its agent has seen it. */
  #tellSchedulability(node: corev1.Node): void {
    const isUnschedulable = node.spec.unschedulable === true;
    if (isUnschedulable === this.#toldUnschedulable) return;
    this.#toldUnschedulable = isUnschedulable;
    this.#tell(node, isUnschedulable ? "NodeNotSchedulable" : "NodeSchedulable");
  }

  #tell(node: corev1.Node, reason: string): void {
    const message = `Node ${this.#description.name} status is now: ${reason}`;
    this.#context.recorder.event(node, "Normal", reason, message);
  }

  async #write(status: corev1.NodeStatus, observation: NodeObservation): Promise<corev1.Node> {
    const nodes = this.#context.client.resource(resources.nodes);
    // Addresses are joined by type in a strategic merge; the list is meant as it stands.
    const addresses = [...(status.addresses ?? []), { $patch: "replace" }];
    const patch = { status: { ...status, addresses } };
    try {
      return await nodes.patch(this.#description.name, patch, { type: "strategic", subresource: "status" });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      // Somebody deleted the node under a running agent: it comes back.
      return this.#register(observation);
    }
  }

  #now(): string {
    return formatTime(this.#context.clock.now());
  }
}

/** Of two states of one node. */
function newer(watched: corev1.Node | undefined, written: corev1.Node | undefined): corev1.Node | undefined {
  if (!watched || !written) return written ?? watched;
  return Number(watched.metadata.resourceVersion) > Number(written.metadata.resourceVersion) ? watched : written;
}
