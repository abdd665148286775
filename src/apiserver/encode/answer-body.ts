/** An answer as bytes, in the representation that the client asked for. */
import { type KubernetesObject, type metav1, stringifyYaml } from "../../api/mod.ts";
import { notAcceptableBecause } from "../errors.ts";
import type { Body } from "../http/body.ts";
import type { Answer, Shown } from "../request/answer.ts";
import { contentType, type Representation } from "./accept.ts";
import { indented, jsonOf, jsonOfEntry, jsonOfKind, jsonOfList } from "./json.ts";
import { partialMetadata, partialMetadataList } from "./partial-metadata.ts";
import { protobufOf, protobufOfEntry, protobufOfList, protobufOfPartial, protobufOfPartialList } from "./protobuf.ts";
import { type IncludeObject, tableOf } from "./table.ts";

export type FiniteAnswer = Exclude<Answer, { readonly type: "watch" }>;

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

export function encodeAnswer(answer: FiniteAnswer, options: EncodeOptions): EncodedAnswer {
  const status = answer.type === "entries" ? 200 : answer.status;
  const { format, as } = options.representation;
  const body = encodeBody(answer, options, as);
  const pretty = format === "json" && options.pretty;
  return { status, contentType: contentType({ format }), body: pretty ? [indented(Buffer.concat([...body]))] : body };
}

/** A Status is a Status in every representation, and so is all that does not say how it is shown. */
function encodeBody(answer: FiniteAnswer, options: EncodeOptions, as: string | undefined): Body {
  if (as === undefined || !isShown(answer)) return encodeOwn(answer, options.representation);
  return [as === "Table" ? encodeTable(answer, options) : encodePartial(answer, as, options.representation)];
}

function encodeOwn(answer: FiniteAnswer, { format }: Representation): Body {
  if (format === "yaml") return [Buffer.from(stringifyYaml(sentObject(answer)))];
  const json = format === "json";
  switch (answer.type) {
    case "entry":
      return [json ? jsonOfEntry(answer.view, answer.entry) : protobufOfEntry(answer.view, answer.entry)];
    case "entries":
      return json
        ? jsonOfList(answer.view, answer.entries, answer.metadata)
        : protobufOfList(answer.view, answer.entries, answer.metadata);
    case "object":
      return [json ? jsonOfKind(answer.schema, answer.object) : protobufOf(answer.schema, answer.object)];
  }
}

/** The answer as one JSON-shaped value. */
export function plainObject(answer: FiniteAnswer): object {
  if (answer.type === "object") return answer.object;
  if (answer.type === "entry") return answer.view.object(answer.entry);
  const { info } = answer.view;
  // The very objects that the cache holds: informers of this process share them.
  return { kind: info.listKind, apiVersion: info.apiVersion, metadata: answer.metadata, items: objectsOf(answer) };
}

/** As it is sent: items of a list leave out what the list says for them all. */
function sentObject(answer: FiniteAnswer): object {
  const plain = plainObject(answer);
  if (answer.type !== "entries") return plain;
  const items = objectsOf(answer).map(({ kind: _kind, apiVersion: _apiVersion, ...bare }) => bare);
  return { ...plain, items };
}

type Stored = Exclude<FiniteAnswer, { readonly type: "object" }>;
type ShownAnswer = Stored | (Extract<FiniteAnswer, { readonly type: "object" }> & { readonly view: Shown });

function isShown(answer: FiniteAnswer): answer is ShownAnswer {
  return answer.view !== undefined;
}

function objectsOf(answer: ShownAnswer): KubernetesObject[] {
  if (answer.type === "object") return [answer.object as KubernetesObject];
  const entries = answer.type === "entry" ? [answer.entry] : answer.entries;
  return entries.map((entry) => answer.view.object(entry));
}

/** Tables have no protobuf: who accepts both is answered in JSON. */
function encodeTable(answer: ShownAnswer, { representation, include, now }: EncodeOptions): Buffer {
  const objects = objectsOf(answer);
  const { strategy } = answer.view;
  const version = representation.asVersion ?? "v1";
  const metadata = metadataOf(answer, objects);
  const table = tableOf(objects, { strategy, metadata, include, definitions: true, now, version });
  return representation.format === "yaml" ? Buffer.from(stringifyYaml(table)) : jsonOf(table);
}

function metadataOf(answer: ShownAnswer, [object]: readonly KubernetesObject[]): metav1.ListMeta {
  if (answer.type === "entries") return answer.metadata;
  const resourceVersion = object?.metadata.resourceVersion;
  return resourceVersion ? { resourceVersion } : {};
}

function encodePartial(answer: ShownAnswer, as: string, { format, asVersion }: Representation): Buffer {
  const isList = answer.type === "entries";
  if (isList !== (as === "PartialObjectMetadataList")) throw wrongPartial(answer, as);
  const objects = objectsOf(answer);
  if (format === "protobuf")
    return isList ? protobufOfPartialList(answer.metadata, objects) : protobufOfPartial(objects[0]!);
  const value = isList
    ? partialMetadataList(answer.metadata, objects, asVersion)
    : partialMetadata(objects[0]!, asVersion);
  return format === "yaml" ? Buffer.from(stringifyYaml(value)) : jsonOf(value);
}

/** Upstream names its own type in the message: `core.Namespace`. */
function wrongPartial({ type, view: { info } }: ShownAnswer, as: string): Error {
  const name = `*${info.group.split(".")[0] || "core"}.${info.kind}`;
  const what = type === "entries" ? `a list (${name}List)` : `not a list (${name})`;
  return notAcceptableBecause(`you requested ${as}, but the requested object is ${what}`);
}
