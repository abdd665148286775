/** Answers in JSON. Stored objects are not encoded again: their bytes are joined around the resourceVersion. */
import { type Kind, type KubernetesObject, type metav1, printJson } from "../../api/mod.ts";
import type { Body } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";
import type { View } from "../registry/view.ts";
import { JsonListBody } from "./json-list-body.ts";

const itemHead = Buffer.from('{"metadata":{');
const comma = Buffer.from(",");
const listEnd = Buffer.from("]}\n");
const newline = Buffer.from("\n");

function versionText(revision: number): Buffer {
  return revision === 0 ? Buffer.alloc(0) : Buffer.from(`"resourceVersion":"${revision}",`);
}

/** One object, with a newline at its end. */
export function jsonOfEntry(view: View, entry: Entry): Buffer {
  if (view.conversion) return Buffer.from(`${printView(view, entry)}\n`);
  return Buffer.concat([view.form.head, versionText(entry.revision), tailOf(view, entry), newline]);
}

/** What comes after `"metadata":{`, where the resourceVersion goes. */
function tailOf({ form }: View, { stored }: Entry): Buffer {
  return stored.subarray(form.head.length);
}

/**
 * A list; its items leave out apiVersion and kind, which the list's own kind tells. Not so those of
 * custom resources, whose clients know no types.
 */
export function jsonOfList(view: View, entries: readonly Entry[], metadata: metav1.ListMeta): Body {
  const typed = view.info.schema !== undefined;
  const shown = typed ? metadata : { continue: "", ...metadata };
  const head = Buffer.from(`${view.listHead}${JSON.stringify(shown)},"items":[`);
  const stored = view.form.head;
  if (!view.conversion)
    return new JsonListBody({ head, itemHead: typed ? itemHead : stored, skip: stored.length, entries });
  const items = entries.flatMap((entry) => [comma, convertedItem(view, entry)]);
  return [head, ...items.slice(1), listEnd];
}

function convertedItem(view: View, entry: Entry): Buffer {
  const head = view.form.head.length - itemHead.length;
  return Buffer.from(`{${printView(view, entry).slice(head + 1)}`);
}

function printView(view: View, entry: Entry): string {
  const { schema } = view.info;
  const object = view.object(entry);
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
export function indented(json: Buffer): Buffer {
  return Buffer.from(`${JSON.stringify(JSON.parse(json.toString()), null, 2)}\n`);
}
