/** The query of list, watch and deletecollection: parsed, and refused where its parts do not go together. */
import { badRequest, invalid, plainFailure } from "../errors.ts";
import { isTrue } from "../request/request-info.ts";
import { type FieldError, forbidden, invalid as invalidField, notSupported } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { decodeContinue } from "./continue-token.ts";

export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** 0: no limit. */
  readonly limit: number;
  readonly continueToken: string;
  /** Absent where the client did not say; 0: any state will do. */
  readonly resourceVersion?: number;
  readonly match: "" | "Exact" | "NotOlderThan";
}

export interface WatchOptions extends ListOptions {
  readonly allowBookmarks: boolean;
  readonly sendInitialEvents?: boolean;
  /** 0: as long as the server likes. */
  readonly timeoutSeconds: number;
}

export function parseListOptions(query: URLSearchParams): ListOptions {
  if (query.size === 0) return everything;
  parseInteger(query.get("timeoutSeconds"));
  const read = readOptions(query);
  refuse(checkListOptions(read, query));
  const options = withVersion(read, query, false);
  if (options.resourceVersion !== undefined && options.continueToken !== "" && options.resourceVersion !== 0) {
    decodeContinue(options.continueToken);
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  return options;
}

const everything: ListOptions = { labelSelector: "", fieldSelector: "", limit: 0, continueToken: "", match: "" };

export function parseWatchOptions(query: URLSearchParams): WatchOptions {
  const initial = query.get("sendInitialEvents");
  const options: WatchOptions = {
    ...readOptions(query),
    allowBookmarks: isTrue(query.get("allowWatchBookmarks")),
    timeoutSeconds: parseInteger(query.get("timeoutSeconds")),
    ...(initial !== null && { sendInitialEvents: isTrue(initial) }),
  };
  refuse(checkWatchOptions(options));
  return withVersion(options, query, true);
}

/** Whether the version is one is asked last. */
function withVersion<T extends ListOptions>(options: T, query: URLSearchParams, watch: boolean): T {
  const version = query.get("resourceVersion") ?? "";
  return version === "" ? options : { ...options, resourceVersion: parseResourceVersion(version, watch) };
}

function readOptions(query: URLSearchParams): ListOptions {
  const limit = parseInteger(query.get("limit"));
  return {
    labelSelector: query.get("labelSelector") ?? "",
    fieldSelector: query.get("fieldSelector") ?? "",
    limit: Math.max(limit, 0),
    continueToken: query.get("continue") ?? "",
    match: (query.get("resourceVersionMatch") ?? "") as ListOptions["match"],
  };
}

/** Integers in queries; the message is that of Go's parser, which clients see. */
export function parseInteger(text: string | null): number {
  if (text === null || text === "") return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (BigInt.asIntN(64, BigInt(text)) !== BigInt(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(text);
}

function parseResourceVersion(text: string, watch: boolean): number {
  const isNumber = /^\d+$/.test(text);
  if (isNumber && BigInt.asUintN(64, BigInt(text)) === BigInt(text)) return Number(text);
  const problem = isNumber ? "value out of range" : "invalid syntax";
  const why = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`;
  // Upstream's watch answers a bare 500 here, its list a 400.
  throw watch ? plainFailure(why) : badRequest(`invalid resource version: ${why}`);
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions", name: "" }, errors);
}

const matchPath = field("resourceVersionMatch");
const matches: readonly string[] = ["Exact", "NotOlderThan", ""];

function checkListOptions(options: ListOptions, query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = [];
  const version = query.get("resourceVersion") ?? "";
  if (options.match !== "") {
    if (version === "")
      errors.push(forbidden(matchPath, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (options.continueToken !== "")
      errors.push(forbidden(matchPath, "resourceVersionMatch is forbidden when continue is provided"));
    if (!matches.includes(options.match)) errors.push(notSupported(matchPath, options.match, matches));
    if (options.match === "Exact" && version === "0")
      errors.push(forbidden(matchPath, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (query.has("sendInitialEvents"))
    errors.push(forbidden(field("sendInitialEvents"), "sendInitialEvents is forbidden for list"));
  return errors;
}

function checkWatchOptions(options: WatchOptions): FieldError[] {
  if (options.sendInitialEvents === undefined) {
    if (options.continueToken !== "")
      return [forbidden(matchPath, "resourceVersionMatch is forbidden when continue is provided")];
    if (options.match === "") return [];
    const text = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
    const unknown = options.match === "NotOlderThan" ? [] : [notSupported(matchPath, options.match, ["NotOlderThan"])];
    return [forbidden(matchPath, text), ...unknown];
  }
  const errors: FieldError[] = [];
  if (options.match !== "NotOlderThan")
    errors.push(forbidden(matchPath, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  if (options.match !== "NotOlderThan" && options.match !== "")
    errors.push(notSupported(matchPath, options.match, ["NotOlderThan"]));
  if (options.continueToken !== "")
    errors.push(invalidField(field("continue"), options.continueToken, "sendInitialEvents is forbidden with continue"));
  return errors;
}
