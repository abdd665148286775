/** An answer with one object as bytes, in the representation that the client asked for. */
import { type KubernetesObject, type metav1, stringifyYaml } from "../../api/mod.ts";
import { notAcceptableBecause } from "../errors.ts";
import type { Body } from "../http/body.ts";
import type { Answer, Shown } from "../request/answer.ts";
import { contentType, type Representation } from "./accept.ts";
import { indented, jsonOf, jsonOfEntry, jsonOfKind } from "./json.ts";
import { partialMetadata } from "./partial-metadata.ts";
import { protobufOf, protobufOfEntry, protobufOfPartial } from "./protobuf.ts";
import { type IncludeObject, tableOf } from "./table.ts";

export type FiniteAnswer = Exclude<Answer, { readonly type: "watch" }>;
export type ListAnswer = Extract<Answer, { readonly type: "entries" }>;
export type OneAnswer = Exclude<FiniteAnswer, ListAnswer>;

export interface EncodeOptions {
  readonly representation: Representation;
  readonly pretty: boolean;
  readonly include: IncludeObject;
  readonly now: number;
}

export interface EncodedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Body;
}

export function encodeOne(answer: OneAnswer, options: EncodeOptions): EncodedAnswer {
  const { pretty, representation } = options;
  const body = encodeBody(answer, options);
  const indents = representation.format === "json" && pretty;
  return {
    status: answer.status,
    contentType: contentType({ format: representation.format }),
    body: [indents ? indented(body) : body],
  };
}

/** A Status is a Status in every representation, and so is all that does not say how it is shown. */
function encodeBody(answer: OneAnswer, options: EncodeOptions): Uint8Array {
  const { as } = options.representation;
  if (as === undefined || !isShown(answer)) return encodeOwn(answer, options.representation);
  return as === "Table" ? encodeTable(answer, options) : encodePartial(answer, as, options.representation);
}

function encodeOwn(answer: OneAnswer, { format }: Representation): Uint8Array {
  if (format === "yaml") return Buffer.from(stringifyYaml(objectOf(answer)));
  const json = format === "json";
  if (answer.type === "entry")
    return json ? jsonOfEntry(answer.view, answer.entry) : protobufOfEntry(answer.view, answer.entry, answer.former);
  return json ? jsonOfKind(answer.schema, answer.object) : protobufOf(answer.schema, answer.object);
}

/** The answer as one JSON-shaped value. */
export function plainObject(answer: FiniteAnswer): object {
  if (answer.type !== "entries") return objectOf(answer);
  const { view, entries, metadata } = answer;
  const { listKind: kind, apiVersion } = view.info;
  // The very objects that the cache holds: informers of this process share them.
  return { kind, apiVersion, metadata, items: entries.map((entry) => view.object(entry)) };
}

type ShownAnswer =
  | Extract<OneAnswer, { readonly type: "entry" }>
  | (Extract<OneAnswer, { readonly type: "object" }> & { readonly view: Shown });

function isShown(answer: OneAnswer): answer is ShownAnswer {
  return answer.view !== undefined;
}

function objectOf(answer: OneAnswer): object {
  return answer.type === "object" ? answer.object : answer.view.object(answer.entry);
}

/** Tables have no protobuf: who accepts both is answered in JSON. */
function encodeTable(answer: ShownAnswer, { representation, include, now }: EncodeOptions): Buffer {
  const object = objectOf(answer) as KubernetesObject;
  const version = representation.asVersion ?? "v1";
  const { strategy } = answer.view;
  const metadata = metadataOf(object);
  const table = tableOf([object], { strategy, metadata, include, definitions: true, now, version });
  return representation.format === "yaml" ? Buffer.from(stringifyYaml(table)) : jsonOf(table);
}

function metadataOf({ metadata: { resourceVersion } }: KubernetesObject): metav1.ListMeta {
  return resourceVersion ? { resourceVersion } : {};
}

function encodePartial(answer: ShownAnswer, as: string, { format, asVersion }: Representation): Buffer {
  if (as !== "PartialObjectMetadata") throw wrongPartial(answer, as);
  const object = objectOf(answer) as KubernetesObject;
  if (format === "protobuf") return protobufOfPartial(object);
  const value = partialMetadata(object, asVersion);
  return format === "yaml" ? Buffer.from(stringifyYaml(value)) : jsonOf(value);
}

/** Upstream names its own type in the message: `core.Namespace`. */
export function wrongPartial({ type, view: { info } }: ShownAnswer | ListAnswer, as: string): Error {
  const name = `*${info.group.split(".")[0] || "core"}.${info.kind}`;
  const what = type === "entries" ? `a list (${name}List)` : `not a list (${name})`;
  return notAcceptableBecause(`you requested ${as}, but the requested object is ${what}`);
}
