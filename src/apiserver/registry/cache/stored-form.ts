/**
 * How objects of one resource lie in the store: the JSON that clients see, `kind`, `apiVersion` and `metadata` first, without the
 * resourceVersion, which is the revision of the write. So an answer is cut from stored bytes instead of being encoded.
 */
import { type Kind, type KubernetesObject, metav1, normalize, printJson, type ResourceInfo } from "../../../api/mod.ts";
import { endOfJsonObject } from "./end-of-json-object.ts";

export interface StoredForm {
  /** What every stored value begins with: `{"kind":"Pod","apiVersion":"v1","metadata":{`. */
  readonly head: Buffer;
  /** Where nothing but the metadata differs from the former version's, the rest is taken from what is stored of that. */
  encode(object: KubernetesObject, former?: Former): Buffer;
  decode(stored: Buffer, revision: number): KubernetesObject;
}

/** The version that another one was made from. */
export interface Former {
  readonly object: KubernetesObject;
  readonly stored: Buffer;
}

export function storedForm({
  apiVersion,
  kind,
  schema,
}: Pick<ResourceInfo, "apiVersion" | "kind" | "schema">): StoredForm {
  const head = Buffer.from(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":{`);
  const typed = schema as Kind<KubernetesObject> | undefined;
  return {
    head,
    encode(object, former) {
      if (!typed) return ownBytes(printUntyped(object));
      const changed = former && withMetadata(head, object, former);
      return changed ?? ownBytes(printJson(typed, withoutRevision(object)));
    },
    decode(stored, revision) {
      const object = JSON.parse(stored.toString("utf8")) as KubernetesObject;
      if (typed) normalize(typed, object);
      object.metadata.resourceVersion = String(revision);
      return object;
    },
  };
}

const metadataKey = Buffer.from('"metadata":{');

/** Nothing but the metadata of a stored object, which stands before all that could be taken for it. */
export function decodeMetadata(stored: Buffer, revision: number): KubernetesObject["metadata"] {
  const start = stored.indexOf(metadataKey) + metadataKey.length - 1;
  const text = stored.toString("utf8", start, endOfJsonObject(stored, start));
  const metadata = JSON.parse(text) as KubernetesObject["metadata"];
  metadata.resourceVersion = String(revision);
  return metadata;
}

/** For keys whose resource nobody has declared yet. */
export const undeclaredForm: StoredForm = storedForm({ apiVersion: "", kind: "", schema: undefined });

/** What is stored of the former version with the object's metadata; undefined where anything else differs. */
function withMetadata(head: Buffer, object: KubernetesObject, { object: former, stored }: Former): Buffer | undefined {
  if (!differsInMetadataAlone(object, former) || head.compare(stored, 0, head.length) !== 0) return undefined;
  const start = head.length - 1;
  const end = endOfJsonObject(stored, start);
  const text = printJson(metav1.objectMeta, withoutRevision(object).metadata);
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafeSlow(start + length + stored.length - end);
  stored.copy(bytes, 0, 0, start);
  bytes.write(text, start);
  stored.copy(bytes, start + length, end);
  return bytes;
}

/** Every other part is the very one of the other object. */
export function differsInMetadataAlone(one: object, other: object): boolean {
  const [parts, others] = [one, other] as Readonly<Record<string, unknown>>[];
  for (const key in parts) if (key !== "metadata" && parts[key] !== others![key]) return false;
  for (const key in others) if (!(key in parts!)) return false;
  return true;
}

/** In memory of their own: a piece of Node's pool would keep its 64 KiB for as long as the object is there. */
function ownBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function printUntyped(object: KubernetesObject): string {
  const { kind, apiVersion, metadata, ...others } = withoutRevision(object);
  return JSON.stringify({ kind, apiVersion, metadata, ...others });
}

/** The same object with the resourceVersion of the write that stored it; shares everything else. 0: it was never stored, and has none. */
export function withRevision<T extends KubernetesObject>(object: T, revision: number): T {
  if (revision === 0) return withoutRevision(object);
  const copy = { ...object };
  copy.metadata = { ...object.metadata };
  copy.metadata.resourceVersion = String(revision);
  return copy;
}

function withoutRevision<T extends KubernetesObject>(object: T): T {
  if (object.metadata.resourceVersion === undefined) return object;
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
