/** One change of one object, as watches hear of it. */
import type { KubernetesObject } from "../../../api/mod.ts";
import type { Entry } from "./entry.ts";

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

/** What selectors had decoded of an entry that does not keep it: the next one need not decode it anew. */
export interface Look {
  object?: KubernetesObject;
  metadata?: KubernetesObject["metadata"];
}

export class CacheEvent {
  readonly type: ChangeType;
  readonly revision: number;
  /** After the change; for a deletion the last state, at the revision of the deletion. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
  #frames: Map<string, Buffer> | undefined;
  #look: Look | undefined;
  #lookBefore: Look | undefined;

  constructor(type: ChangeType, revision: number, entry: Entry, previous: Entry | undefined) {
    this.type = type;
    this.revision = revision;
    this.entry = entry;
    this.previous = previous;
  }

  /** At `entry`, for as long as the event is handed out. */
  get look(): Look {
    this.#look ??= {};
    return this.#look;
  }

  /** The same at `previous`. */
  get lookBefore(): Look {
    this.#lookBefore ??= {};
    return this.#lookBefore;
  }

  forgetLooks(): void {
    this.#look = undefined;
    this.#lookBefore = undefined;
  }

  /** What it takes in memory, about, without the state before. */
  get heldBytes(): number {
    let bytes = this.entry.heldBytes;
    for (const frame of this.#frames?.values() ?? []) bytes += frame.length;
    return bytes;
  }

  /** The event as it goes to watchers in the encoding named, made once for all of them. */
  frame(encoding: string, make: () => Buffer): Buffer {
    this.#frames ??= new Map();
    let frame = this.#frames.get(encoding);
    if (!frame) {
      frame = onItsOwn(make());
      this.#frames.set(encoding, frame);
    }
    return frame;
  }
}

/** A piece of Node's pool would keep 64 KiB for as long as the event is at hand. */
function onItsOwn(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= 2 * bytes.length) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

export type CacheListener = (events: readonly CacheEvent[]) => void;
