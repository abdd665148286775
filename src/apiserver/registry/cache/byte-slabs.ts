/**
 * The bytes of very many small values in few large buffers: a buffer for each takes as much again beside its bytes, and every garbage collection
 * has to look at it. A slab of which less than half is still needed is left: what is needed moves to the newest one.
 */
import { KeptMessages } from "./kept-messages.ts";

const slabBytes = 256 * 1024;
/** Larger values stay in buffers of their own; smaller ones may be pieces of Node's pool, which would be there as long as they are. */
const largestValue = 32 * 1024;
/** So many that are gone may stay among a slab's tenants, or a quarter of these: looking for them is not done for each. */
const fewGone = 8;

/** Whose bytes lie in a slab. */
export interface Tenant {
  /** Where they lie now; nothing where they lie elsewhere, or are no longer needed. */
  readonly slab: Slab | undefined;
  readonly stored: Buffer;
  movedTo(slab: Slab, start: number, length: number): void;
}

export class Slab {
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(slabBytes);
  tenants: Tenant[] = [];
  /** Of them those that need their bytes no more. */
  gone = 0;
  used = 0;
  needed = 0;
}

export class ByteSlabs {
  /** Of the same objects. */
  readonly messages: KeptMessages;
  #newest: Slab | undefined;

  constructor(messages = new KeptMessages()) {
    this.messages = messages;
  }

  /** Copies the tenant's bytes, unless they are too many. */
  take(tenant: Tenant): void {
    const { stored } = tenant;
    if (stored.length > largestValue) return;
    if (!this.#newest || this.#newest.used + stored.length > slabBytes) this.#newest = new Slab();
    const slab = this.#newest;
    const start = slab.used;
    stored.copy(slab.bytes, start);
    slab.used += stored.length;
    slab.needed += stored.length;
    slab.tenants.push(tenant);
    tenant.movedTo(slab, start, stored.length);
  }

  /** So many bytes of the slab are no longer needed; their tenant does not name it any more. */
  leave(slab: Slab, length: number): void {
    slab.needed -= length;
    slab.gone++;
    if (slab === this.#newest || slab.needed * 2 >= slabBytes) {
      forgetGone(slab);
      return;
    }
    const { tenants } = slab;
    slab.tenants = [];
    for (const tenant of tenants) if (tenant.slab === slab) this.take(tenant);
  }
}

/** They hold decoded objects, several times their bytes, and would be there as long as the slab is. */
function forgetGone(slab: Slab): void {
  const { tenants, gone } = slab;
  if (gone <= fewGone || gone * 4 <= tenants.length) return;
  slab.tenants = tenants.filter((tenant) => tenant.slab === slab);
  slab.gone = 0;
}
