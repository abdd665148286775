/**
 * An answer with a list as bytes. What has to be made of each object is made in turns: a list of a hundred thousand objects holds up nobody
 * else.
 */
import { stringifyYaml } from "../../api/mod.ts";
import type { Body } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { mapInTurns } from "../registry/in-turns.ts";
import { type EncodedAnswer, type EncodeOptions, encodedAnswer, type ListAnswer, wrongPartial } from "./answer-body.ts";
import { convertedItem, joinedJson, jsonOfConverted, jsonOfStored } from "./json.ts";
import { partialMetadata, partialMetadataList } from "./partial-metadata.ts";
import { messageOf, protobufOfList, protobufOfPartialList } from "./protobuf.ts";
import { rowMaker, tableOf } from "./table.ts";

/** `check` is called between the turns; what it throws ends the work. */
export async function encodeList(
  answer: ListAnswer,
  options: EncodeOptions,
  check: () => void,
): Promise<EncodedAnswer> {
  const each = <T>(make: (entry: Entry) => T): Promise<T[]> => mapInTurns(answer.entries, make, check);
  return encodedAnswer(200, await bodyOf(answer, options, each), options);
}

type Each = <T>(make: (entry: Entry) => T) => Promise<T[]>;

function bodyOf(answer: ListAnswer, options: EncodeOptions, each: Each): Body | Promise<Body> {
  const { as } = options.representation;
  if (as === undefined) return encodeOwn(answer, options, each);
  return as === "Table" ? encodeTable(answer, options, each) : encodePartial(answer, as, options, each);
}

function encodeOwn(answer: ListAnswer, { representation }: EncodeOptions, each: Each): Body | Promise<Body> {
  const { view, entries, metadata } = answer;
  if (representation.format === "yaml") return encodeYaml(answer, each);
  if (representation.format === "protobuf")
    return each((entry) => messageOf(view, entry)).then((messages) => protobufOfList(view, messages, metadata));
  if (!view.conversion) return jsonOfStored(view, entries, metadata);
  return each((entry) => convertedItem(view, entry)).then((items) => jsonOfConverted(view, items, metadata));
}

/** Items leave out what the list says for them all. */
async function encodeYaml({ view, metadata }: ListAnswer, each: Each): Promise<Body> {
  const items = await each((entry) => {
    const { kind: _kind, apiVersion: _apiVersion, ...bare } = view.peek(entry);
    return bare;
  });
  const { listKind: kind, apiVersion } = view.info;
  return [Buffer.from(stringifyYaml({ kind, apiVersion, metadata, items }))];
}

/** Tables have no protobuf: who accepts both is answered in JSON. */
async function encodeTable(
  { view, metadata }: ListAnswer,
  { representation, include, now }: EncodeOptions,
  each: Each,
): Promise<Body> {
  const { strategy } = view;
  const how = { strategy, metadata, include, definitions: true, now, version: representation.asVersion ?? "v1" };
  if (representation.format === "yaml") {
    const objects = await each((entry) => view.peek(entry));
    return [Buffer.from(stringifyYaml(tableOf(objects, how)))];
  }
  const row = rowMaker(how);
  const rows = await each((entry) => jsonBytes(row(view.peek(entry))));
  return joinedJson(tableOf([], how), "rows", rows);
}

async function encodePartial(
  answer: ListAnswer,
  as: string,
  { representation: { format, asVersion } }: EncodeOptions,
  each: Each,
): Promise<Body> {
  if (as !== "PartialObjectMetadataList") throw wrongPartial(answer, as);
  const { view, metadata } = answer;
  if (format === "json") {
    const items = await each((entry) => jsonBytes(partialMetadata({ metadata: view.metadata(entry) }, asVersion)));
    return joinedJson(partialMetadataList(metadata, [], asVersion), "items", items);
  }
  const objects = await each((entry) => ({ metadata: view.metadata(entry) }));
  if (format === "protobuf") return [protobufOfPartialList(metadata, objects)];
  return [Buffer.from(stringifyYaml(partialMetadataList(metadata, objects, asVersion)))];
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
