/**
 * From objects in memory to JSON. A kind's text starts with its kind, apiVersion and metadata, in that order, so that lists and stored values
 * can be made by cutting and joining bytes instead of encoding anew.
 */
import type { Kind, Message } from "../schema/types.ts";
import { apiVersionOf } from "../schema/walk.ts";
import { printable } from "./print.ts";

/** The JSON text of an object, as upstream prints it. */
export function printJson<T>(schema: Message<T>, object: T): string {
  const value = printable(schema, object as object) as Readonly<Record<string, unknown>>;
  return schema.gvk ? printKind(schema as Kind, value) : JSON.stringify(value);
}

/** The JSON of an object as UTF-8 bytes. */
export function encodeJson<T>(schema: Message<T>, object: T): Buffer {
  return Buffer.from(printJson(schema, object));
}

function printKind(schema: Kind, value: Readonly<Record<string, unknown>>): string {
  if (isInOrder(schema, value)) return JSON.stringify(value);
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = value;
  const head = kindHead(schema);
  const body = JSON.stringify(isList(schema) ? { ...rest, items: bareItems(rest["items"]) } : rest);
  if (metadata === undefined) return body === "{}" ? `${head}}` : `${head},${body.slice(1)}`;
  const named = `${head},"metadata":${JSON.stringify(metadata)}`;
  return body === "{}" ? `${named}}` : `${named},${body.slice(1)}`;
}

/** Most objects have come in this order and are printed as they are. */
function isInOrder(schema: Kind, value: Readonly<Record<string, unknown>>): boolean {
  if (value["kind"] !== schema.gvk.kind || value["apiVersion"] !== apiVersionOf(schema.gvk) || isList(schema))
    return false;
  let place = 0;
  for (const key in value) {
    if (key !== headKeys[place]) return false;
    if (++place === headKeys.length) return value["metadata"] !== undefined;
  }
  return false;
}

const headKeys = ["kind", "apiVersion", "metadata"];

function isList({ fields }: Kind): boolean {
  const items = fields["items"];
  return (
    !!items &&
    !items.inline &&
    items.type.kind === "list" &&
    items.type.item.kind === "message" &&
    !!items.type.item.gvk
  );
}

/** Upstream's lists name kind and apiVersion once. */
function bareItems(items: unknown): unknown {
  if (!Array.isArray(items)) return [];
  return items.map((item: Readonly<Record<string, unknown>>) => {
    const { kind: _kind, apiVersion: _apiVersion, ...bare } = item;
    return bare;
  });
}

function kindHead({ gvk }: Kind): string {
  return `{"kind":"${gvk.kind}","apiVersion":"${apiVersionOf(gvk)}"`;
}

/**
 * An object's JSON as it stands in a list, from its JSON by itself. Shares the bytes. `json` must come from
 * `encodeJson` of the same schema.
 */
export function jsonListItem(schema: Kind, json: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return [openBrace, json.subarray(kindHead(schema).length + 1)];
}

const openBrace = Buffer.from("{");

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
  readonly remainingItemCount?: number | undefined;
}

/** The JSON of a list from the JSON of its items (each by itself, from `encodeJson` of `item`). */
export function joinJsonList(item: Kind, metadata: ListMetadata, items: readonly Uint8Array[]): Buffer {
  const { kind } = item.gvk;
  const head = `{"kind":"${kind}List","apiVersion":"${apiVersionOf(item.gvk)}","metadata":${JSON.stringify(metadata)},"items":[`;
  const parts: Uint8Array[] = [Buffer.from(head)];
  const skip = kindHead(item).length + 1;
  for (const [index, json] of items.entries()) parts.push(index === 0 ? openBrace : commaBrace, json.subarray(skip));
  parts.push(closeList);
  return Buffer.concat(parts);
}

const commaBrace = Buffer.from(",{");
const closeList = Buffer.from("]}");

/** One line of a watch in JSON, from the object's JSON. */
export function jsonWatchEvent(type: string, object: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), object, closeEvent]);
}

const closeEvent = Buffer.from("}\n");

/**
 * Puts the resourceVersion into an object's JSON that was encoded without one, which is how a value goes into the store: its version is known
 * only when it is written. The first key of metadata becomes `resourceVersion`.
 */
export function withResourceVersionJson(schema: Kind, json: Uint8Array, resourceVersion: string): Buffer {
  const at = kindHead(schema).length + metadataKey.length;
  const isEmpty = json[at] === 0x7d;
  const patch = Buffer.from(`"resourceVersion":"${resourceVersion}"${isEmpty ? "" : ","}`);
  return Buffer.concat([json.subarray(0, at), patch, json.subarray(at)]);
}

const metadataKey = ',"metadata":{';
