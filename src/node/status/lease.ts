/** The node's heartbeat: a lease renewed every ten seconds, from which the node lifecycle controller sees that the agent lives. */
import { type coordinationv1, type corev1, isAlreadyExists, isConflict, isNotFound, resources } from "../../api/mod.ts";
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
  #spread = false;
  #stopped = false;

  /** `node` answers the node's object, for its uid. */
  constructor(name: string, node: () => corev1.Node | undefined, context: Context) {
    this.#name = name;
    this.#node = node;
    this.#context = context;
  }

  start(): void {
    this.#forgetJumps = this.#context.clock.onJump(() => this.#renewAtOnce());
    void this.#renewAndWait();
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
    this.#cancel = this.#context.clock.after(this.#waitMs(next), () => void this.#renewAndWait());
  }

  /** Nodes of one process that began together are spread over the time between two renewals, in groups that one commit carries. */
  #waitMs(next: number): number {
    const share = this.#spread ? 1 - Math.random() * jitter : Math.random();
    this.#spread = true;
    const now = this.#context.clock.now();
    return Math.ceil((now + next * share) / groupMs) * groupMs - now;
  }

  async #renew(): Promise<coordinationv1.Lease> {
    const leases = this.#context.client.resource(resources.leases);
    const known = this.#lease ?? (await this.#read());
    const spec = {
      ...known?.spec,
      holderIdentity: this.#name,
      leaseDurationSeconds: durationSeconds,
      renewTime: this.#now(),
    };
    if (known === undefined) {
      const metadata = { name: this.#name, namespace, ...this.#owner() };
      return leases.create({ metadata, spec }, { namespace }).catch(async (error: unknown) => {
        if (isAlreadyExists(error)) return (await this.#read()) ?? Promise.reject(error);
        throw error;
      });
    }
    const metadata = { ...known.metadata, ...this.#owner() };
    return leases.update({ ...known, metadata, spec }, { namespace }).catch(async (error: unknown) => {
      if (!isConflict(error)) throw error;
      const newest = await this.#read();
      if (newest === undefined) throw error;
      return leases.update({ ...newest, spec: { ...newest.spec, ...spec } }, { namespace });
    });
  }

  async #read(): Promise<coordinationv1.Lease | undefined> {
    try {
      return await this.#context.client.resource(resources.leases).get(this.#name, { namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
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
