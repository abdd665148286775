/** The node's heartbeat: a lease renewed every ten seconds, from which the node lifecycle controller sees that the agent lives. */
import { type coordinationv1, type corev1, isAlreadyExists, isConflict, resources } from "../../api/mod.ts";
import type { ComponentContext } from "../../client/mod.ts";
import { messageOf } from "../runtime/errors.ts";

const namespace = "kube-node-lease";
const durationSeconds = 40;
const renewMs = 10_000;
const retryMs = 500;
const groupMs = 100;
const jitter = 0.04;

type Context = Pick<ComponentContext, "client" | "clock" | "log" | "signal">;

export class NodeLease {
  readonly #context: Context;
  readonly #node: () => corev1.Node | undefined;
  readonly #name: string;
  #lease: coordinationv1.Lease | undefined;
  #cancel: (() => void) | undefined;
  #forgetJumps = () => {};
  #renewing = false;
  #stopped = false;

  /** `node` answers the node's object, for its uid. */
  constructor(name: string, node: () => corev1.Node | undefined, context: Context) {
    this.#name = name;
    this.#node = node;
    this.#context = context;
  }

  /** The first one is written after so long. */
  start(afterMs = 0): void {
    this.#forgetJumps = this.#context.clock.onJump(() => this.#renewAtOnce());
    if (afterMs === 0) void this.#renewAndWait();
    else this.#cancel = this.#context.clock.after(this.#inGroups(afterMs), () => void this.#renewAndWait());
  }

  stop(): void {
    this.#stopped = true;
    this.#forgetJumps();
    this.#cancel?.();
  }

  /** It names a time that was, or is to come. */
  #renewAtOnce(): void {
    if (this.#renewing) return;
    this.#cancel?.();
    void this.#renewAndWait();
  }

  async #renewAndWait(): Promise<void> {
    let next = renewMs;
    this.#renewing = true;
    try {
      this.#lease = await this.#renew();
    } catch (error) {
      // Whatever was known may be old: the next attempt reads it again.
      this.#lease = undefined;
      next = retryMs;
      if (!this.#stopped)
        this.#context.log.debug({ node: this.#name, error: messageOf(error) }, "node lease was not renewed");
    }
    this.#renewing = false;
    if (this.#stopped || this.#context.signal.aborted) return;
    const waitMs = this.#inGroups(next * (1 - Math.random() * jitter));
    this.#cancel = this.#context.clock.after(waitMs, () => void this.#renewAndWait());
  }

  /** Leases of the nodes of one process are written in groups that one commit carries. */
  #inGroups(afterMs: number): number {
    const now = this.#context.clock.now();
    return Math.ceil((now + afterMs) / groupMs) * groupMs - now;
  }

  async #renew(): Promise<coordinationv1.Lease> {
    try {
      return await (this.#lease ? this.#update(this.#lease) : this.#create());
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
    // Somebody has written it, or an agent before this one.
    const newest = await this.#context.client.resource(resources.leases).get(this.#name, { namespace });
    return this.#update(newest);
  }

  #create(): Promise<coordinationv1.Lease> {
    const metadata = { name: this.#name, namespace, ...this.#owner() };
    return this.#context.client.resource(resources.leases).create({ metadata, spec: this.#spec() }, { namespace });
  }

  #update(lease: coordinationv1.Lease): Promise<coordinationv1.Lease> {
    const metadata = { ...lease.metadata, ...this.#owner() };
    const renewed = { ...lease, metadata, spec: { ...lease.spec, ...this.#spec() } };
    return this.#context.client.resource(resources.leases).update(renewed, { namespace });
  }

  #spec(): coordinationv1.LeaseSpec {
    return { holderIdentity: this.#name, leaseDurationSeconds: durationSeconds, renewTime: this.#now() };
  }

  #owner(): Pick<corev1.Node["metadata"], "ownerReferences"> {
    const uid = this.#node()?.metadata.uid;
    if (uid === undefined) return {};
    return { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: this.#name, uid }] };
  }

  #now(): string {
    return new Date(this.#context.clock.now()).toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
  }
}
