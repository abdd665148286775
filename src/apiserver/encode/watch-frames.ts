/** Events of a watch as bytes. Where many watch the same, an event is encoded once. */
import { type KubernetesObject, metav1, type StatusError, stringifyYaml } from "../../api/mod.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";
import type { WatchItem } from "../registry/watch-item.ts";
import type { Representation } from "./accept.ts";
import { jsonFrame, jsonOf, jsonOfEntry } from "./json.ts";
import { partialMetadata } from "./partial-metadata.ts";
import { protobufFrame, protobufOf, protobufOfBookmark, protobufOfEntry, protobufOfPartial } from "./protobuf.ts";
import { type IncludeObject, tableOf } from "./table.ts";

export interface WatchFramesOptions {
  readonly view: View;
  readonly representation: Representation;
  readonly include: IncludeObject;
  now(): number;
}

/** Items in the arrays in which the watch was given them. */
type Arrays = readonly (readonly WatchItem[])[];

interface Joined {
  readonly encoding: string;
  readonly of: Arrays;
  readonly bytes: Buffer;
}

/** By their first array: they go when no watch has it waiting any more. */
const joinedFrom = new WeakMap<readonly WatchItem[], Joined[]>();

export class WatchFrames {
  readonly #options: WatchFramesOptions;
  readonly #encoding: string;
  readonly #binary: boolean;
  /** Of tables and metadata alone. */
  readonly #version: string;
  /** Of a table: they go with its first event. */
  #definitions = true;

  constructor(options: WatchFramesOptions) {
    const { format, as = "", asVersion = "v1" } = options.representation;
    this.#options = options;
    this.#binary = format === "protobuf";
    this.#encoding = `${format} ${as} ${asVersion} ${options.view.id}`;
    this.#version = asVersion;
  }

  /** Joined. Watches that are sent the same arrays in the same form are given the same bytes. */
  encode(arrays: Arrays): Buffer {
    const [first] = arrays;
    if (!first || this.#isTable || isSingle(arrays)) return this.#join(arrays);
    const joined = joinedOf(first);
    const known = joined.find(({ encoding, of }) => encoding === this.#encoding && isSame(of, arrays));
    if (known) return known.bytes;
    const bytes = this.#join(arrays);
    joined.push({ encoding: this.#encoding, of: arrays, bytes });
    return bytes;
  }

  #join(arrays: Arrays): Buffer {
    const frames: Buffer[] = [];
    for (const items of arrays) for (const item of items) frames.push(this.#frame(item));
    return frames.length === 1 ? frames[0]! : Buffer.concat(frames);
  }

  error({ status }: StatusError): Buffer {
    return this.#wrap("ERROR", this.#binary ? protobufOf(metav1.status, status) : jsonOf(status));
  }

  #frame(item: WatchItem): Buffer {
    if (item.type === "BOOKMARK") return this.#wrap("BOOKMARK", this.#bookmark(item.revision, item.initialEnd));
    const { shared, type, entry } = item;
    const make = () => this.#wrap(type, this.#object(entry));
    // Ages in tables differ from second to second.
    return shared && !this.#isTable ? shared.frame(this.#encoding, make) : make();
  }

  get #isTable(): boolean {
    return this.#options.representation.as === "Table";
  }

  #object(entry: Entry): Buffer {
    const { view, representation } = this.#options;
    if (this.#isTable) return jsonOf(this.#table(view.object(entry)));
    if (representation.as) return this.#partial({ metadata: view.metadata(entry) });
    return this.#binary ? protobufOfEntry(view, entry) : jsonOfEntry(view, entry);
  }

  #partial(object: Pick<KubernetesObject, "metadata">): Buffer {
    return this.#binary ? protobufOfPartial(object) : jsonOf(partialMetadata(object, this.#version));
  }

  #table(object: KubernetesObject): object {
    const { view, include, now } = this.#options;
    const { strategy } = view;
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const definitions = this.#definitions;
    this.#definitions = false;
    return tableOf([object], { strategy, metadata, include, definitions, now: now(), version: this.#version });
  }

  #bookmark(revision: number, initialEnd: boolean): Buffer {
    const { view, representation } = this.#options;
    const { kind, apiVersion } = view.info;
    const annotations = { "k8s.io/initial-events-end": "true" };
    const marks = { resourceVersion: String(revision), ...(initialEnd && { annotations }) };
    const object = { kind, apiVersion, metadata: marks as metav1.ObjectMeta };
    if (this.#isTable) return jsonOf(bookmarkTable(object, this.#version));
    if (representation.as) return this.#partial(object);
    return this.#binary ? protobufOfBookmark(view, object.metadata) : jsonOf(object);
  }

  #wrap(type: string, object: Buffer): Buffer {
    if (this.#binary && !this.#isTable) return protobufFrame(type, object);
    if (this.#options.representation.format !== "yaml") return jsonFrame(type, object);
    return Buffer.from(`---\n${stringifyYaml({ type, object: JSON.parse(object.toString()) })}`);
  }
}

function isSingle(arrays: Arrays): boolean {
  return arrays.length === 1 && arrays[0]!.length === 1;
}

function isSame(one: Arrays, other: Arrays): boolean {
  return one.length === other.length && one.every((items, index) => items === other[index]);
}

function joinedOf(first: readonly WatchItem[]): Joined[] {
  let joined = joinedFrom.get(first);
  if (!joined) {
    joined = [];
    joinedFrom.set(first, joined);
  }
  return joined;
}

function bookmarkTable(object: KubernetesObject, version: string): object {
  const { resourceVersion } = object.metadata;
  const rows = [{ cells: [], object: partialMetadata(object, version) }];
  const apiVersion = `meta.k8s.io/${version}`;
  return { kind: "Table", apiVersion, metadata: { resourceVersion }, columnDefinitions: null, rows };
}
