/**
 * An answer with a list as bytes. What has to be made of each object is made in turns: a list of a hundred thousand objects holds up nobody
 * else.
 */
import type { Body } from "../http/body.ts";
import type { Entry } from "../registry/cache/entry.ts";
import { mapInTurns } from "../registry/in-turns.ts";
import { contentType } from "./accept.ts";
import { type EncodedAnswer, type EncodeOptions, type ListAnswer, wrongPartial } from "./answer-body.ts";
import { JoinedItems } from "./joined-items.ts";
import { convertedItem, emptyList, joinedJson, jsonOfConverted, jsonOfStored, listedValue } from "./json.ts";
import { keptMessages } from "./kept-items.ts";
import { indentedText, type ListShell, yamlText } from "./list-text.ts";
import { ListedMessages } from "./listed-messages.ts";
import { partialMetadata, partialMetadataList } from "./partial-metadata.ts";
import { aroundList, messageOf, partialMessage, protobufOfPartialList } from "./protobuf.ts";
import { rowMaker, tableOf } from "./table.ts";

/** `check` is called between the turns; what it throws ends the work. */
export async function encodeList(
  answer: ListAnswer,
  options: EncodeOptions,
  check: () => void,
): Promise<EncodedAnswer> {
  const each = <T>(make: (entry: Entry) => T): Promise<T[]> => mapInTurns(answer.entries, make, check);
  const body = await bodyOf(answer, options, { each, check });
  return { status: 200, contentType: contentType(options.representation), body };
}

type Each = <T>(make: (entry: Entry) => T) => Promise<T[]>;

interface InTurns {
  readonly each: Each;
  readonly check: () => void;
}

function bodyOf(answer: ListAnswer, options: EncodeOptions, inTurns: InTurns): Body | Promise<Body> {
  const { as, format } = options.representation;
  const isText = format === "yaml" || (format === "json" && options.pretty);
  if (as !== undefined && as !== "Table" && as !== "PartialObjectMetadataList") throw wrongPartial(answer, as);
  if (format === "protobuf" && as !== "Table")
    return as === undefined ? encodeProtobuf(answer, inTurns) : encodePartial(answer, inTurns.each);
  if (as === undefined && !isText) return encodeJson(answer, inTurns);
  return encodeShown(shownAs(answer, options), { isText, isYaml: format === "yaml" }, inTurns.each);
}

function encodeJson(answer: ListAnswer, { each, check }: InTurns): Body | Promise<Body> {
  const { view, metadata } = answer;
  if (!view.conversion) return jsonOfStored(answer, check);
  return each((entry) => convertedItem(view, entry)).then((items) => jsonOfConverted(view, items, metadata));
}

async function encodeProtobuf({ view, metadata, entries }: ListAnswer, { each, check }: InTurns): Promise<Body> {
  const kept = await keptMessages(view, entries, check);
  if (kept) return new JoinedItems(kept, ...aroundList(view, kept.byteLength, metadata));
  const items = new ListedMessages(entries.length);
  await each((entry) => items.add(messageOf(view, entry)));
  const [head, tail] = aroundList(view, items.byteLength, metadata);
  return [head, ...items.parts(), tail];
}

async function encodePartial({ view, metadata }: ListAnswer, each: Each): Promise<Body> {
  return [protobufOfPartialList(metadata, await each((entry) => partialMessage(view.metadata(entry))))];
}

/** A list, and what stands in it for each object. */
interface ShownList extends ListShell {
  item(entry: Entry): unknown;
}

function shownAs({ view, metadata }: ListAnswer, { representation, include, now }: EncodeOptions): ShownList {
  const { as, asVersion } = representation;
  if (as === undefined)
    return { whole: emptyList(view, metadata), list: "items", item: (entry) => listedValue(view, entry) };
  if (as === "PartialObjectMetadataList") {
    const item = (entry: Entry) => partialMetadata({ metadata: view.metadata(entry) }, asVersion);
    // Upstream's is null where there are none.
    return { whole: { ...partialMetadataList(metadata, [], asVersion), items: null }, list: "items", item };
  }
  const { strategy } = view;
  const how = { strategy, metadata, include, definitions: true, now, version: asVersion ?? "v1" };
  const row = rowMaker(how);
  return { whole: tableOf([], how), list: "rows", item: (entry) => row(view.peek(entry)) };
}

interface Form {
  readonly isText: boolean;
  readonly isYaml: boolean;
}

async function encodeShown(shown: ShownList, { isText, isYaml }: Form, each: Each): Promise<Body> {
  if (!isText) return joinedJson(shown, await each((entry) => jsonBytes(shown.item(entry))));
  const { item, join } = isYaml ? yamlText : indentedText;
  return join(shown, await each((entry) => item(shown.item(entry))));
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
