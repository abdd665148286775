/**
 * The slow way to read JSON, taken only when the fast way has found that something is wrong: follows text and schema together and says what
 * and where, in upstream's words. It reads with the whole text at hand, so that numbers are quoted as they were written.
 */
import { QuantityError, quantityCanonical } from "../quantity.ts";
import type { ListType, MapType, Message, SchemaType } from "../schema/types.ts";
import { jsonFields } from "../schema/walk.ts";
import { timeProblem } from "../time-problem.ts";
import { goFieldType } from "./go-field-types.ts";
import { goType, structName } from "./go-type.ts";
import { JsonText } from "./json-text.ts";

/** What is wrong with a document that is otherwise JSON. */
export interface Findings {
  /** `unknown field "spec.foo"`, `duplicate field "spec.bar"`, each once, in the order of the document; of many the first hundred, as upstream. */
  readonly strict: readonly string[];
  /** The first value of a wrong type; nothing after it is read. */
  readonly mismatch: string | undefined;
  /** The document with quotes around numbers that are quantities. */
  readonly spelled: string;
}

/** Where in the document: `path` has indexes and keys, `goPath` struct fields only. */
interface Place {
  readonly path: string;
  readonly goPath: string;
  readonly struct: string;
  /** The name of the value's type where upstream has one that the schema has not. */
  readonly type?: string | undefined;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

class Mismatch extends Error {}

/** Throws `JsonSyntaxError` where the text is no JSON. */
export function explain(type: SchemaType, text: string): Findings {
  const reader = new JsonText(text);
  const careful = new CarefulReader(reader);
  let mismatch: string | undefined;
  try {
    careful.value(type, { path: "", goPath: "", struct: "" });
    reader.end();
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    mismatch = error.message;
  }
  return { strict: [...careful.strict], mismatch, spelled: quoted(text, careful.amounts) };
}

function quoted(text: string, numbers: readonly Span[]): string {
  let [result, at] = ["", 0];
  for (const { start, end } of numbers) {
    result += `${text.slice(at, start)}"${text.slice(start, end)}"`;
    at = end;
  }
  return result + text.slice(at);
}

const mostStrict = 100;

class CarefulReader {
  readonly strict = new Set<string>();
  /** Quantities that are numbers. */
  readonly amounts: Span[] = [];
  readonly #text: JsonText;

  constructor(text: JsonText) {
    this.#text = text;
  }

  value(type: SchemaType, place: Place): void {
    const what = this.#text.kind();
    if (what === "null") this.#text.skip();
    else if (type.kind === "lazy") this.value(type.resolve(), place);
    else if (isRaw(type) || (type.kind === "alternative" && what !== "object")) this.#raw(place);
    else if (type.kind === "alternative") this.value(type.message, place);
    else if (!isContainer(type)) this.#scalar(type, what, place);
    else if (what !== (type.kind === "list" ? "array" : "object")) this.#mismatch(what, type, place);
    else if (type.kind === "message") this.#message(type, place);
    else if (type.kind === "map") this.#map(type.value, place);
    else this.#list(type.item, place);
  }

  #note(what: "unknown" | "duplicate", path: string): void {
    if (this.strict.size < mostStrict) this.strict.add(`${what} field ${JSON.stringify(path)}`);
  }

  #message(message: Message, place: Place): void {
    const fields = jsonFields(message);
    this.#keys(place, (name, path) => {
      const field = fields.get(name);
      if (field) this.value(field.type, fieldPlace(message, name, path, place));
      else if (message.gvk && (name === "apiVersion" || name === "kind")) this.#text.skip();
      else {
        this.#note("unknown", path);
        this.#text.skip();
      }
    });
  }

  #map(type: SchemaType, place: Place): void {
    this.#keys(place, (_, path) => this.value(type, { ...place, path, type: elementType(place) }));
  }

  #list(type: SchemaType, place: Place): void {
    const inner = elementType(place);
    this.#text.items((index) => this.value(type, { ...place, path: `${place.path}[${index}]`, type: inner }));
  }

  /** Any JSON: nothing is unknown in it. */
  #raw(place: Place): void {
    const what = this.#text.kind();
    if (what === "object") this.#keys(place, (_, path) => this.#raw({ ...place, path }));
    else if (what === "array") this.#text.items((index) => this.#raw({ ...place, path: `${place.path}[${index}]` }));
    else this.#rawScalar(what);
  }

  #rawScalar(what: string): void {
    const literal = this.#text.literal();
    if (what !== "number" || isDouble(literal)) return;
    throw new Mismatch(`json: cannot unmarshal number ${literal} into Go value of type float64`);
  }

  #keys(place: Place, read: (name: string, path: string) => void): void {
    const seen = new Set<string>();
    this.#text.keys((name) => {
      const path = place.path === "" ? name : `${place.path}.${name}`;
      if (seen.has(name)) this.#note("duplicate", path);
      seen.add(name);
      read(name, path);
    });
  }

  #scalar(type: SchemaType, what: string, place: Place): void {
    const literal = this.#text.literal();
    const problem = scalarProblem(type, what, literal);
    const end = this.#text.at;
    if (what === "number" && type.kind === "quantity") this.amounts.push({ start: end - literal.length, end });
    if (problem === "type")
      this.#mismatch(what === "number" && isNumeric(type) ? `number ${literal}` : what, type, place);
    else if (problem !== undefined) throw new Mismatch(problem);
  }

  #mismatch(what: string, type: SchemaType, { goPath, struct, type: named }: Place): never {
    const where = struct === "" ? "value" : `struct field ${struct}.${goPath}`;
    throw new Mismatch(`json: cannot unmarshal ${what} into Go ${where} of type ${named ?? goType(type)}`);
  }
}

function fieldPlace(message: Message, name: string, path: string, place: Place): Place {
  const inner = [...inlineNames(message, name), name].join(".");
  const goPath = place.goPath === "" ? inner : `${place.goPath}.${inner}`;
  return { path, goPath, struct: structName(message), type: goFieldType(message.name, name) };
}

/** `v1.PolicyType` of `[]v1.PolicyType`, `v1.Counter` of `map[string]v1.Counter`. */
function elementType({ type }: Place): string | undefined {
  return /^(?:\[\]|map\[[^\]]*\])(.+)$/.exec(type ?? "")?.[1];
}

/** The embedded structs between a message and one of its fields. */
function inlineNames(message: Message, name: string): string[] {
  if (Object.hasOwn(message.fields, name)) return [];
  const inline = Object.values(message.fields).find((field) => field.inline && jsonFields(field.type).has(name));
  return inline?.inline ? [structName(inline.type), ...inlineNames(inline.type, name)] : [];
}

function isRaw({ kind }: SchemaType): boolean {
  return kind === "rawExtension" || kind === "fields" || kind === "json";
}

function isContainer(type: SchemaType): type is Message | ListType | MapType {
  return type.kind === "message" || type.kind === "list" || type.kind === "map";
}

function isNumeric(type: SchemaType): boolean {
  return ["int32", "int64", "double", "intOrString"].includes(type.kind);
}

/** `"type"` for a value of the wrong kind, a sentence for a bad text, undefined where all is well. */
function scalarProblem(type: SchemaType, what: string, literal: string): string | undefined {
  const wants = wanted[type.kind] ?? "string";
  switch (type.kind) {
    case "quantity":
      return quantityProblem(what, literal);
    case "intOrString":
      return what === "string" || (what === "number" && fits(literal, 31n)) ? undefined : "type";
    case "int32":
    case "int64":
      return what === "number" && fits(literal, type.kind === "int32" ? 31n : 63n) ? undefined : "type";
    case "double":
      return what === "number" && isDouble(literal) ? undefined : "type";
    case "time":
    case "microTime":
      return what === "string" ? timeProblem(JSON.parse(literal) as string, type.kind) : "type";
    case "bytes":
      return what === "string" ? base64Problem(JSON.parse(literal) as string) : "type";
    default:
      return what === wants ? undefined : "type";
  }
}

const wanted: Partial<Record<SchemaType["kind"], string>> = { boolean: "bool" };

/** What JavaScript reads as infinite is beyond what a number can be. */
const isDouble = (literal: string): boolean => Number.isFinite(Number(literal));

function fits(literal: string, bits: bigint): boolean {
  if (!/^-?[0-9]{1,20}$/.test(literal)) return false;
  const value = BigInt(literal);
  return value < 2n ** bits && value >= -(2n ** bits);
}

function quantityProblem(what: string, literal: string): string | undefined {
  try {
    quantityCanonical(what === "string" ? (JSON.parse(literal) as string).trim() : literal);
    return undefined;
  } catch (error) {
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
}

/** The offset is that of the four characters in which decoding stops. */
function base64Problem(text: string): string | undefined {
  const plain = text.replace(/[\r\n]/g, "");
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) return undefined;
  const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)/.exec(plain)?.[0];
  if (whole !== undefined) return `illegal base64 data at input byte ${whole.length}`;
  const bad = plain.search(/[^A-Za-z0-9+/]/);
  return `illegal base64 data at input byte ${bad < 0 ? plain.length - (plain.length % 4) : bad}`;
}
