/** One version of one object as the server holds it: bytes as stored, decoded and encoded no more than once. */
import { deepFreeze, type KubernetesObject } from "../../../api/mod.ts";
import { type ByteSlabs, Slab, type Tenant } from "./byte-slabs.ts";
import { KeptMessage } from "./kept-messages.ts";
import { decodeMetadata, type StoredForm, withRevision } from "./stored-form.ts";

/** A decoded object takes so much more than its text, about: long strings less, many small fields more. */
const decodedFactor = 2;

export class Entry implements Tenant {
  readonly key: string;
  readonly revision: number;
  readonly #form: StoredForm;
  /** Its own, those of another entry, or the slab in which they lie. */
  #bytes: Buffer | Entry | Slab | undefined;
  /** In the slab. */
  #start = 0;
  #length = 0;
  #object: KubernetesObject | undefined;
  #protobuf: Uint8Array | KeptMessage | undefined;
  /** Where it rests. */
  #slabs: ByteSlabs | undefined;

  /**
   * `stored` may be an entry that has the same bytes. `object` is the decoded form where the caller has it, resourceVersion included; it is
   * frozen here. Only with it may the bytes be absent: they are made where somebody asks for them.
   */
  constructor(
    key: string,
    revision: number,
    stored: Uint8Array | Entry | undefined,
    form: StoredForm,
    object?: KubernetesObject,
  ) {
    this.key = key;
    this.revision = revision;
    this.#bytes = stored instanceof Uint8Array ? asBuffer(stored) : stored;
    this.#form = form;
    this.#object = object && deepFreeze(object);
  }

  /** Of what lies in a slab a view is made each time: `storedLength` and `copyStored` do without. */
  get stored(): Buffer {
    const bytes = this.#bytes;
    if (bytes instanceof Slab) return bytes.bytes.subarray(this.#start, this.#start + this.#length);
    if (bytes instanceof Entry) return bytes.stored;
    if (bytes) return bytes;
    const encoded = this.#form.encode(this.#object!);
    this.#bytes = encoded;
    return encoded;
  }

  get storedLength(): number {
    if (this.#bytes instanceof Slab) return this.#length;
    return this.#bytes instanceof Entry ? this.#bytes.storedLength : this.stored.length;
  }

  /** What is stored after its first `skip` bytes. Answers how much that was. */
  copyStored(target: Buffer, at: number, skip: number): number {
    const bytes = this.#bytes;
    if (bytes instanceof Slab) return bytes.bytes.copy(target, at, this.#start + skip, this.#start + this.#length);
    return this.stored.copy(target, at, skip);
  }

  get slab(): Slab | undefined {
    return this.#bytes instanceof Slab ? this.#bytes : undefined;
  }

  movedTo(slab: Slab, start: number, length: number): void {
    this.#bytes = slab;
    this.#start = start;
    this.#length = length;
  }

  /** It is not likely to be replaced soon: its bytes go into a slab, and its message to those of which only so many are kept. */
  rest(slabs: ByteSlabs): void {
    if (Buffer.isBuffer(this.#bytes)) slabs.take(this);
    this.#slabs = slabs;
    if (this.#protobuf instanceof Uint8Array) this.#protobuf = slabs.messages.keep(this.#protobuf);
  }

  /** Another version has taken its place: only changes that are at hand show it. */
  supersede(): void {
    if (this.#protobuf instanceof KeptMessage) {
      this.#slabs!.messages.leave(this.#protobuf);
      this.#protobuf = undefined;
    }
    this.#slabs = undefined;
  }

  /** Superseded, and not at hand any more: who still has it goes on reading where its bytes lie, and it does not move. */
  retire(slabs: ByteSlabs): void {
    const { slab } = this;
    if (!slab) return;
    this.#bytes = this.stored;
    slabs.leave(slab, this.#length);
  }

  /** Frozen, shared by everybody. */
  get object(): KubernetesObject {
    this.#object ??= deepFreeze(this.#form.decode(this.stored, this.revision));
    return this.#object;
  }

  /** As `object`, not kept where nobody has asked for it yet: for a look at many objects. Not frozen then. */
  peek(): KubernetesObject {
    return this.#object ?? this.#form.decode(this.stored, this.revision);
  }

  /** Of an object that nobody has asked for as a whole nothing else is read, and nothing is kept. Not frozen then. */
  get metadata(): KubernetesObject["metadata"] {
    return this.#object?.metadata ?? decodeMetadata(this.stored, this.revision);
  }

  /** Whoever asks for the object again has it decoded anew. */
  forgetObject(): void {
    if (this.#bytes) this.#object = undefined;
  }

  /** The object's message without its envelope, made by `encode` where it is not at hand. The object is not kept for it. */
  protobuf(encode: (object: KubernetesObject) => Uint8Array): Uint8Array {
    const known = this.keptMessage;
    if (known) return known;
    const message = encode(this.peek());
    this.#protobuf = this.#slabs ? this.#slabs.messages.keep(message) : message;
    return message;
  }

  /** The message, where it is at hand. */
  get keptMessage(): Uint8Array | undefined {
    return this.#protobuf instanceof KeptMessage ? this.#protobuf.bytes : this.#protobuf;
  }

  /** Of the message; nothing where it is not at hand. */
  get messageLength(): number | undefined {
    return this.#protobuf?.length || undefined;
  }

  /** Where it is at hand. */
  copyMessage(target: Buffer, at: number): void {
    const message = this.#protobuf;
    if (message instanceof KeptMessage) message.copy(target, at);
    else if (message) target.set(message, at);
  }

  /** What it takes in memory, about. */
  get heldBytes(): number {
    const stored = this.#bytes ? this.storedLength : 0;
    const protobuf = this.#protobuf?.length ?? 0;
    return stored + protobuf + (this.#object ? decodedFactor * (stored || protobuf) : 0);
  }

  /** The same object at another revision: how a deletion shows the last state. */
  at(revision: number): Entry {
    const object = this.#object && withRevision(this.#object, revision);
    return new Entry(this.key, revision, this.#bytes && this, this.#form, object);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
