/** Answers in protobuf. An object's message is made once and kept beside its JSON. */
import {
  corev1,
  encodeMessage,
  joinProtobufList,
  type Kind,
  type KubernetesObject,
  metav1,
  protobufWatchEvent,
  wrapProtobuf,
} from "../../api/mod.ts";
import { notAcceptableOnly } from "../errors.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";
import type { PresentObject } from "../request/decode.ts";
import { mediaTypes } from "./accept.ts";
import { lengthPrefix } from "./listed-messages.ts";

type ObjectKind = Kind<KubernetesObject>;

/** Custom resources have no protobuf. */
function schemaOf({ info }: View): ObjectKind {
  if (!info.schema) throw notAcceptableOnly(mediaTypes);
  return info.schema;
}

/** An object's message without its envelope; what it has from a former version is not encoded again. */
export function messageOf(view: View, entry: Entry, former?: PresentObject): Uint8Array {
  const schema = schemaOf(view);
  if (view.conversion) return encodeMessage(schema, view.peek(entry));
  return entry.protobuf((object) => encodeMessage(schema, object, former));
}

export function protobufOfEntry(view: View, entry: Entry, former?: PresentObject): Buffer {
  return wrapProtobuf(schemaOf(view) as Kind, messageOf(view, entry, former));
}

/** What stands before and after the items of a list that take so many bytes. */
export function aroundList(view: View, itemBytes: number, metadata: metav1.ListMeta): readonly [Buffer, Buffer] {
  const meta = encodeMessage(metav1.listMeta, metadata);
  const prefix = lengthPrefix(0x0a, meta.length);
  const [head, tail] = envelopeAround(listKind(view));
  const length = prefix.length + meta.length + itemBytes;
  return [Buffer.concat([head, lengthPrefix(0x12, length), prefix, meta]), tail];
}

const envelopes = new WeakMap<Kind, readonly [Buffer, Buffer]>();
/** Upstream writes two empty fields after the message. */
const tailBytes = 4;

/** What stands before and after a message in its envelope: an envelope around nothing, cut at the empty message (its tag and a zero). */
function envelopeAround(kind: Kind): readonly [Buffer, Buffer] {
  let envelope = envelopes.get(kind);
  if (!envelope) {
    const empty = wrapProtobuf(kind, Buffer.alloc(0));
    const end = empty.length - tailBytes;
    envelope = [empty.subarray(0, end - 2), empty.subarray(end)];
    envelopes.set(kind, envelope);
  }
  return envelope;
}

function listKind(view: View): Kind {
  return (view.info.listSchema as Kind | undefined) ?? schemaOf(view);
}

/** An object of a kind that is not stored: a Status, a review. */
export function protobufOf(schema: Kind, object: object): Buffer {
  return wrapProtobuf(schema, encodeMessage(schema, object));
}

/** A kind with nothing but metadata: on the wire the first field of every object, so any kind's encoder will do. */
function metadataKind(kind: string): Kind {
  return { ...corev1.configMap, name: kind, gvk: { group: "meta.k8s.io", version: "v1", kind } };
}

const partialKind = metadataKind("PartialObjectMetadata");
const partialListKind = metadataKind("PartialObjectMetadataList");

export function protobufOfPartial({ metadata }: { readonly metadata: metav1.ObjectMeta }): Buffer {
  return wrapProtobuf(partialKind, partialMessage(metadata));
}

/** Without its envelope. */
export function partialMessage(metadata: metav1.ObjectMeta): Uint8Array {
  return encodeMessage(partialKind, { metadata });
}

/** `messages` are of `partialMessage`. */
export function protobufOfPartialList(metadata: metav1.ListMeta, messages: readonly Uint8Array[]): Buffer {
  return joinProtobufList(partialListKind, encodeMessage(metav1.listMeta, metadata), messages);
}

/** Of a bookmark: an object of the kind that has only metadata. */
export function protobufOfBookmark(view: View, metadata: metav1.ObjectMeta): Buffer {
  const schema = schemaOf(view) as Kind;
  return wrapProtobuf(schema, encodeMessage(partialKind, { metadata }));
}

export { protobufWatchEvent as protobufFrame };
