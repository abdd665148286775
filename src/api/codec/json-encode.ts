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
