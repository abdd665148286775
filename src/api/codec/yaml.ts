/**
 * YAML as upstream reads it: the 1.1 rules for booleans and octals, but no times and no base-60 numbers; what it means is what its JSON means.
 */
import type { CollectionTag, Document, LineCounter, ScalarTag } from "yaml";
import type { Message } from "../schema/types.ts";
import { DecodeError, unrecognized } from "./decode-error.ts";
import { structName } from "./go-type.ts";
import { readJsonAsYaml } from "./json-as-yaml.ts";
import { type DecodeOptions, decodeParsed } from "./json-decode.ts";
import { yaml } from "./yaml-library.ts";
import { yamlMistake } from "./yaml-problem.ts";
import { yamlValue } from "./yaml-value.ts";

type Tags = (ScalarTag | CollectionTag | string)[];

/** `12:30` and `2026-01-02` stay texts. */
const unwanted = new Set(["INTTIME", "FLOATTIME", "TIME"]);
/** Of an ordered map the library compares each key with all before it: without its tag it is the list of maps that upstream reads. */
const unwantedTag = /:(timestamp|omap)$/;

/** Octals of YAML 1.2, which upstream's reader takes beside those of 1.1. */
const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  format: "OCT12",
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => Number(text),
};

/** A number has a digit: the library takes a dot alone, a key of managed fields, for one. */
const withDigit = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/;

function upstreamTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) => typeof tag === "string" || !(unwanted.has(tag.format ?? "") || unwantedTag.test(tag.tag)),
  );
  return [octal, ...kept.map((tag) => (takesDot(tag) ? { ...(tag as ScalarTag), test: withDigit } : tag))];
}

function takesDot(tag: Tags[number]): boolean {
  return typeof tag === "object" && "test" in tag && tag.test?.test(".") === true && tag.tag.endsWith(":float");
}

/** Read as they are asked for: who wants the first does not hear of mistakes in the others, nor wait for them. */
function* documentsOf(text: string, lines = new (yaml().LineCounter)()): Generator<Document> {
  const composer = new (yaml().Composer)({
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    customTags: upstreamTags as never,
  });
  for (const document of composer.compose(new (yaml().Parser)(lines.addNewLine).parse(text))) {
    const [first] = document.errors;
    if (first) throw new DecodeError(yamlMistake(text, first));
    yield document as Document;
  }
}

const firstDocument = (text: string, lines?: LineCounter): Document | undefined =>
  documentsOf(text, lines).next().value;

/** The first document; null where there is none. Throws `DecodeError`. */
export function parseYaml(text: string): unknown {
  return yamlValue(firstDocument(text));
}

export interface YamlText {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** The first document, and `line 3: key "a" already set in map` for each key that stands twice. Throws `DecodeError`. */
export function parseYamlText(text: string): YamlText {
  const value = readJsonAsYaml(text);
  if (value !== undefined) return { value, duplicates: [] };
  const lines = new (yaml().LineCounter)();
  const document = firstDocument(text, lines);
  return { value: yamlValue(document), duplicates: duplicates(document, lines) };
}

/** All documents of a stream that have something in them. Throws `DecodeError`. */
export function parseYamlDocuments(text: string): unknown[] {
  return [...documentsOf(text)].map(yamlValue).filter((value) => value !== null);
}

/** Keys are in alphabetical order, as kubectl prints them. */
export function stringifyYaml(value: unknown): string {
  const text = yaml().stringify(value, {
    version: "1.1",
    sortMapEntries: true,
    indentSeq: false,
    lineWidth: 0,
    // The library's way to spread a quoted text over lines loses a blank between two line ends.
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    aliasDuplicateObjects: false,
  });
  // A dot alone needs no quotes: managed fields are full of them.
  return text.replace(/^([ -]*)"\.":/gm, "$1.:");
}

export interface DecodeYamlOptions extends DecodeOptions {
  /** Answers what the text says, where it has been read before; throws `DecodeError`. */
  readonly read?: () => YamlText;
}

/** Reads one object from YAML: see `decodeJson`. */
export function decodeYaml<T>(schema: Message<T>, input: string | Uint8Array, options: DecodeYamlOptions = {}): T {
  const { value, duplicates: all } = readDocument(schema, input, options.read);
  const twice = options.validation === undefined || options.validation === "Ignore" ? [] : all;
  if (twice.length === 0) return decodeParsed(schema, value, JSON.stringify(value), options);
  const strict = options.validation === "Strict";
  const found = strict ? [yamlProblem(twice)] : [...twice];
  const object = decodeParsed(schema, value, JSON.stringify(value), {
    validation: "Warn",
    warn: (message) => found.push(message),
  });
  if (strict) {
    const { version } = schema.gvk ?? { version: "" };
    const kind = structName(schema);
    throw new DecodeError(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${found.join(", ")}`,
    );
  }
  for (const message of found) options.warn?.(message);
  return object;
}

/** Keys that stand twice as the one error that upstream's strict reader makes of them. */
export function yamlProblem(duplicates: readonly string[]): string {
  return ["yaml: unmarshal errors:", ...duplicates].join("\n  ");
}

function readDocument(schema: Message, input: string | Uint8Array, read?: () => YamlText): YamlText {
  const text = () => (typeof input === "string" ? input : Buffer.from(input).toString("utf8"));
  try {
    return read ? read() : parseYamlText(text());
  } catch (error) {
    if (error instanceof DecodeError) throw unrecognized(structName(schema), error.message, input);
    throw error;
  }
}

function duplicates(document: Document | undefined, lines: LineCounter): string[] {
  const found: string[] = [];
  if (!document) return found;
  const { isMap, isPair, isScalar, isSeq } = yaml();
  // What a value repeats is told before its own key, as upstream reads a map.
  const look = (node: unknown): void => {
    if (isSeq(node)) for (const item of node.items) look(item);
    const seen = new Set<unknown>();
    for (const pair of isMap(node) ? node.items : []) {
      look(pair.value);
      const key = isPair(pair) && isScalar(pair.key) ? pair.key : undefined;
      if (!key) continue;
      const line = lines.linePos(key.range?.[0] ?? 0).line;
      if (seen.has(key.value)) found.push(`line ${line}: key ${JSON.stringify(key.value)} already set in map`);
      seen.add(key.value);
    }
  };
  look(document.contents);
  return found;
}
