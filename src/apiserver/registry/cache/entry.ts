/** One version of one object as the server holds it: bytes as stored, decoded and encoded no more than once. */
import { deepFreeze, type KubernetesObject } from "../../../api/mod.ts";
import { decodeMetadata, type StoredForm, withRevision } from "./stored-form.ts";

/** A decoded object takes so much more than its text, about: long strings less, many small fields more. */
const decodedFactor = 2;

export class Entry {
  readonly key: string;
  readonly revision: number;
  readonly #form: StoredForm;
  #stored: Buffer | undefined;
  #object: KubernetesObject | undefined;
  #protobuf: Uint8Array | undefined;

  /**
   * `object` is the decoded form where the caller has it, resourceVersion included; it is frozen here. Only with it may the bytes be absent: they
   * are made where somebody asks for them.
   */
  constructor(
    key: string,
    revision: number,
    stored: Uint8Array | undefined,
    form: StoredForm,
    object?: KubernetesObject,
  ) {
    this.key = key;
    this.revision = revision;
    this.#stored = stored && asBuffer(stored);
    this.#form = form;
    this.#object = object && deepFreeze(object);
  }

  get stored(): Buffer {
    this.#stored ??= this.#form.encode(this.#object!);
    return this.#stored;
  }

  /** Frozen, shared by everybody. */
  get object(): KubernetesObject {
    this.#object ??= deepFreeze(this.#form.decode(this.#stored!, this.revision));
    return this.#object;
  }

  /** As `object`, not kept where nobody has asked for it yet: for a look at many objects. Not frozen then. */
  peek(): KubernetesObject {
    return this.#object ?? this.#form.decode(this.#stored!, this.revision);
  }

  /** Of an object that nobody has asked for as a whole nothing else is read, and nothing is kept. Not frozen then. */
  get metadata(): KubernetesObject["metadata"] {
    return this.#object?.metadata ?? decodeMetadata(this.#stored!, this.revision);
  }

  /** Whoever asks for the object again has it decoded anew. */
  forgetObject(): void {
    if (this.#stored) this.#object = undefined;
  }

  /** The object's message without its envelope, made by `encode` on first use. */
  protobuf(encode: (object: KubernetesObject) => Uint8Array): Uint8Array {
    this.#protobuf ??= encode(this.object);
    return this.#protobuf;
  }

  /** What it takes in memory, about. */
  get heldBytes(): number {
    const stored = this.#stored?.length ?? 0;
    const protobuf = this.#protobuf?.length ?? 0;
    return stored + protobuf + (this.#object ? decodedFactor * (stored || protobuf) : 0);
  }

  /** The same object at another revision: how a deletion shows the last state. */
  at(revision: number): Entry {
    const object = this.#object && withRevision(this.#object, revision);
    return new Entry(this.key, revision, this.#stored, this.#form, object);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
