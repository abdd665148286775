/**
 * Protobuf messages of objects that have not changed for a while: a certain number of bytes of them, in slabs. The oldest are dropped, and made
 * anew for who asks. What comes when all are young is not kept: a list of more than there is room for would drop each before it is needed again.
 */

/** Of smaller ones each buffer takes as much again beside its bytes; and they may be pieces of Node's pool, which would stay as long as they do. */
const largestShared = 32 * 1024;
const slabBytes = 256 * 1024;

export interface MessageLimits {
  readonly bytes: number;
  /** Until then none is dropped. */
  readonly youthMs: number;
}

const usualLimits: MessageLimits = { bytes: 32 * 1024 * 1024, youthMs: 60_000 };

interface MessageSlab {
  /** Absent: dropped. */
  bytes: Buffer | undefined;
  readonly since: number;
  used: number;
  needed: number;
}

export class KeptMessage {
  readonly slab: MessageSlab;
  readonly #start: number;
  readonly #length: number;

  constructor(slab: MessageSlab, start: number, length: number) {
    this.slab = slab;
    this.#start = start;
    this.#length = length;
  }

  /** Absent: dropped. */
  get bytes(): Buffer | undefined {
    return this.slab.bytes?.subarray(this.#start, this.#start + this.#length);
  }

  /** Unless it was dropped. Makes no view of it. */
  copy(target: Buffer, at: number): void {
    this.slab.bytes?.copy(target, at, this.#start, this.#start + this.#length);
  }

  /** What it takes. */
  get length(): number {
    return this.slab.bytes ? this.#length : 0;
  }
}

export class KeptMessages {
  readonly #limits: MessageLimits;
  readonly #now: () => number;
  /** The oldest first. */
  readonly #slabs = new Set<MessageSlab>();
  #newest: MessageSlab | undefined;
  #bytes = 0;

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(limits = usualLimits, now = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** What all of it takes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies the message; nothing where there is no room. */
  keep(message: Uint8Array): KeptMessage | undefined {
    const { length } = message;
    const slab = length > largestShared ? this.#add(length) : this.#shared(length);
    if (!slab) return undefined;
    const start = slab.used;
    slab.bytes!.set(message, start);
    slab.used += length;
    slab.needed += length;
    return new KeptMessage(slab, start, length);
  }

  /** Nobody will ask for it any more. */
  leave(message: KeptMessage): void {
    const { slab } = message;
    slab.needed -= message.length;
    if (slab.needed === 0 && slab !== this.#newest) this.#drop(slab);
  }

  #shared(length: number): MessageSlab | undefined {
    const newest = this.#newest;
    if (newest?.bytes && newest.used + length <= slabBytes) return newest;
    const slab = this.#add(slabBytes);
    if (!slab) return undefined;
    this.#newest = slab;
    if (newest?.needed === 0) this.#drop(newest);
    return slab;
  }

  #add(length: number): MessageSlab | undefined {
    const since = this.#now();
    for (const oldest of this.#slabs) {
      if (this.#bytes + length <= this.#limits.bytes) break;
      if (since - oldest.since < this.#limits.youthMs) return undefined;
      this.#drop(oldest);
    }
    const slab: MessageSlab = { bytes: Buffer.allocUnsafeSlow(length), since, used: 0, needed: 0 };
    this.#slabs.add(slab);
    this.#bytes += length;
    return slab;
  }

  #drop(slab: MessageSlab): void {
    if (!this.#slabs.delete(slab)) return;
    this.#bytes -= slab.bytes!.length;
    slab.bytes = undefined;
  }
}
