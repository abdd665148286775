/** The Accept header: which encoding the client wants, and as which kind. */
import { notAcceptable, notAcceptableOnly } from "../errors.ts";

export type Format = "json" | "yaml" | "protobuf";

export interface Representation {
  readonly format: Format;
  /** Another kind than the object's own: `Table`, `PartialObjectMetadata`, `APIGroupDiscoveryList`. */
  readonly as?: string;
  /** The version of that kind: `v1`, `v2`. */
  readonly asVersion?: string;
}

const formats: ReadonlyMap<string, Format> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/vnd.kubernetes.protobuf", "protobuf"],
  ["*/*", "json"],
]);

export const mediaTypes: readonly string[] = [
  "application/json",
  "application/yaml",
  "application/vnd.kubernetes.protobuf",
];
const streamTypes = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const plainJson: Representation = Object.freeze({ format: "json" });
/** Headers are few and repeat; a client that invents new ones each time must not fill the memory. */
const maximumKnown = 512;
const known = new Map<string, Representation>();

/** What a client may want: one answer, one that could have been a stream, a stream. */
export type Asked = "answer" | "list" | "watch";

/** What there is to choose from. */
export interface Offer {
  /** May be asked for with `as=`; a clause that asks for another is passed over. */
  readonly kinds: readonly string[];
  /** Of what is asked for: a stream is never YAML. */
  readonly asked?: Asked;
  /** A custom resource has no protobuf: only its metadata, which are of a kind that has. */
  readonly isCustom?: boolean;
}

/** Throws the 406. */
export function negotiate(accept: string | undefined, offer: Offer): Representation {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json") return plainJson;
  const { kinds, asked = "list", isCustom = false } = offer;
  const key = `${asked}|${kinds.length}|${isCustom}|${accept}`;
  let representation = known.get(key);
  if (!representation) {
    representation = choose(parseAccept(accept), { kinds, asked, isCustom });
    if (known.size >= maximumKnown) known.clear();
    known.set(key, representation);
  }
  return representation;
}

function parseAccept(accept: string): Clause[] {
  const clauses = accept.split(",").map((text): Clause => {
    const [type = "", ...rest] = text.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map((part): [string, string] => splitParameter(part)));
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
  });
  // Sorting is stable: equals stay in the client's order.
  return clauses.sort((a, b) => b.quality - a.quality);
}

function splitParameter(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 0) return [text.toLowerCase(), ""];
  return [text.slice(0, equals).trim().toLowerCase(), text.slice(equals + 1).trim()];
}

function choose(clauses: readonly Clause[], { kinds, asked, isCustom }: Required<Offer>): Representation {
  let knownType = false;
  for (const { type, parameters } of clauses) {
    const format = formats.get(type);
    if (!format) continue;
    knownType = true;
    const as = parameters.get("as");
    const stream = parameters.get("stream");
    if (stream !== undefined && stream !== "watch") continue;
    if (asked === "watch" && format === "yaml") throw notAcceptableOnly(streamTypes);
    if (as === undefined && isCustom && format === "protobuf") continue;
    if (as === undefined) return { format };
    if (!isKnownForm(as, format, parameters)) continue;
    if (kinds.includes(as)) return { format, as, asVersion: parameters.get("v") ?? "v1" };
  }
  throw knownType
    ? notAcceptableOnly(mediaTypes)
    : notAcceptable(asked === "answer" ? mediaTypes : [...mediaTypes, ...streamTypes]);
}

const metaVersions: readonly string[] = ["v1", "v1beta1"];

/** Tables and bare metadata are kinds of one group. Tables have no protobuf. */
function isKnownForm(as: string, format: Format, parameters: ReadonlyMap<string, string>): boolean {
  if (!resourceKinds.includes(as)) return true;
  if (as === "Table" && format === "protobuf") return false;
  return parameters.get("g") === "meta.k8s.io" && metaVersions.includes(parameters.get("v") ?? "");
}

const contentTypes: Readonly<Record<Format, string>> = Object.freeze({
  json: "application/json",
  yaml: "application/yaml",
  protobuf: "application/vnd.kubernetes.protobuf",
});

export function contentType({ format, as, asVersion }: Representation): string {
  if (!as?.startsWith("APIGroupDiscovery")) return contentTypes[format];
  return `${contentTypes[format]};g=apidiscovery.k8s.io;v=${asVersion};as=${as}`;
}

/** Of a watch: frames are told apart by their length in protobuf, and by themselves in JSON. */
export function streamContentType({ format }: Representation): string {
  return format === "protobuf" ? "application/vnd.kubernetes.protobuf;stream=watch" : "application/json";
}

export const partialKinds: readonly string[] = Object.freeze(["PartialObjectMetadata", "PartialObjectMetadataList"]);
export const resourceKinds: readonly string[] = Object.freeze(["Table", ...partialKinds]);
export const noKinds: readonly string[] = Object.freeze([]);
