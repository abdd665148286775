/** Answers in JSON. Stored objects are not encoded again: their bytes are joined around the resourceVersion. */
import { type Kind, type KubernetesObject, type metav1, printJson } from "../../api/mod.ts";
import type { Body } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";
import { jsonListBody } from "./json-list-body.ts";
import { indentedJson, type ListShell } from "./list-text.ts";

const itemHead = Buffer.from('{"metadata":{');
const comma = Buffer.from(",");
const listEnd = Buffer.from("]}\n");
const newline = 0x0a;

function versionText(revision: number): string {
  return revision === 0 ? "" : `"resourceVersion":"${revision}",`;
}

/** One object, with a newline at its end. */
export function jsonOfEntry(view: View, entry: Entry): Buffer {
  if (view.conversion) return Buffer.from(`${printView(view, entry)}\n`);
  return withVersion(entry.stored, view.form.head.length, versionText(entry.revision));
}

/** After `"metadata":{`, with which the stored bytes begin, goes the resourceVersion. One copy of each byte, and nothing made but the answer. */
function withVersion(stored: Buffer, headBytes: number, version: string): Buffer {
  const answer = Buffer.allocUnsafe(stored.length + version.length + 1);
  stored.copy(answer, 0, 0, headBytes);
  answer.write(version, headBytes, "latin1");
  stored.copy(answer, headBytes + version.length, headBytes);
  answer[answer.length - 1] = newline;
  return answer;
}

interface StoredList {
  readonly view: View;
  readonly entries: readonly Entry[];
  readonly metadata: metav1.ListMeta;
}

/**
 * A list of what is served as it is stored; its items leave out apiVersion and kind, which the list's own kind tells. Not so those of
 * custom resources, whose clients know no types. `check` is called between the turns that many items take.
 */
export function jsonOfStored({ view, entries, metadata }: StoredList, check: () => void): Body | Promise<Body> {
  const stored = view.form.head;
  const parts = {
    head: listHead(view, metadata),
    itemHead: isTyped(view) ? itemHead : stored,
    skip: stored.length,
    entries,
  };
  return jsonListBody(parts, check);
}

/** A list of what is served in another form; `items` are of `convertedItem`. */
export function jsonOfConverted(view: View, items: readonly Buffer[], metadata: metav1.ListMeta): Body {
  return joined(listHead(view, metadata), items);
}

function isTyped({ info }: View): boolean {
  return info.schema !== undefined;
}

/** As clients see it: that of custom resources says outright that there is no more. */
function shownMetadata(view: View, metadata: metav1.ListMeta): metav1.ListMeta {
  return isTyped(view) ? metadata : { continue: "", ...metadata };
}

function listHead(view: View, metadata: metav1.ListMeta): Buffer {
  return Buffer.from(`${view.listHead}${JSON.stringify(shownMetadata(view, metadata))},"items":[`);
}

/** A list without its items, as a value. */
export function emptyList(view: View, metadata: metav1.ListMeta) {
  const { listKind: kind, apiVersion } = view.info;
  return { kind, apiVersion, metadata: shownMetadata(view, metadata), items: [] };
}

/** What stands for an object in a list, as a value. */
export function listedValue(view: View, entry: Entry): object {
  const object = JSON.parse(jsonOfEntry(view, entry).toString()) as Partial<KubernetesObject>;
  if (!isTyped(view)) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...bare } = object;
  return bare;
}

/** `whole` with `items`, which are JSON already, as its list, which stands last. A list that is null there stays so. */
export function joinedJson({ whole, list }: ListShell, items: readonly Buffer[]): Body {
  const { [list]: empty, ...others } = whole as Record<string, unknown>;
  if (empty === null && items.length === 0) return [jsonOf(whole)];
  return joined(Buffer.from(`${JSON.stringify(others).slice(0, -1)},${JSON.stringify(list)}:[`), items);
}

function joined(head: Buffer, items: readonly Buffer[]): Buffer[] {
  const parts = [head];
  for (const item of items) parts.push(item, comma);
  if (items.length > 0) parts.pop();
  parts.push(listEnd);
  return parts;
}

export function convertedItem(view: View, entry: Entry): Buffer {
  const head = view.form.head.length - itemHead.length;
  return Buffer.from(`{${printView(view, entry).slice(head + 1)}`);
}

function printView(view: View, entry: Entry): string {
  const { schema } = view.info;
  const object = view.peek(entry);
  return schema ? printJson(schema as Kind<KubernetesObject>, object) : JSON.stringify(object);
}

export function jsonOf(object: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(object)}\n`);
}

/** An object of a kind that is not stored. */
export function jsonOfKind(schema: Kind, object: object): Buffer {
  return Buffer.from(`${printJson(schema, object)}\n`);
}

export function jsonFrame(type: string, object: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object.subarray(0, object.length - 1), frameEnd]);
}

const frameEnd = Buffer.from("}\n");

/** People read answers in a terminal or a browser: indented for them. */
export function indented(json: Uint8Array): Buffer {
  return Buffer.from(`${indentedJson(JSON.parse(Buffer.from(json).toString()))}\n`);
}
