/** The query of a request for a log: what is wrong with it is said before anybody is asked. */
import { badRequest, invalid } from "../errors.ts";
import { type FieldError, forbidden, invalid as invalidField } from "../validation/field-error.ts";
import { FieldPath, field } from "../validation/field-path.ts";

const numbers = ["tailLines", "sinceSeconds", "limitBytes"] as const;
const flags = ["follow", "previous", "timestamps"] as const;

/** Present and not said to be false. */
function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== "false" && value !== "0";
}

function wholeNumber(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (/^[+-]?\d+$/.test(text)) return BigInt(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function checkTime(text: string): void {
  if (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return;
  const layout = JSON.stringify("2006-01-02T15:04:05Z07:00");
  throw badRequest(`parsing time ${JSON.stringify(text)} as ${layout}: cannot parse ${JSON.stringify(text)} as "2006"`);
}

function atLeast(query: URLSearchParams, name: (typeof numbers)[number], minimum: bigint): FieldError[] {
  const value = wholeNumber(query, name);
  if (value === undefined || value >= minimum) return [];
  const rule = minimum === 0n ? "must be greater than or equal to 0" : "must be greater than 0";
  return [invalidField(field(name), Number(value), rule)];
}

/** The rule is about the options as a whole. */
const wholeOptions = new FieldPath("[]");

function fieldErrors(query: URLSearchParams): FieldError[] {
  const sinceTime = query.get("sinceTime");
  if (sinceTime) checkTime(sinceTime);
  const both = sinceTime && query.get("sinceSeconds");
  const oneOnly = "at most one of `sinceTime` or `sinceSeconds` may be specified";
  return [
    ...atLeast(query, "tailLines", 0n),
    ...atLeast(query, "limitBytes", 1n),
    ...(both ? [forbidden(wholeOptions, oneOnly)] : atLeast(query, "sinceSeconds", 1n)),
    ...(query.get("stream") ? [forbidden(field("stream"), "may not be specified")] : []),
  ];
}

/** The query for the node agent. Throws the 400 or 422. */
export function agentLogQuery(podName: string, query: URLSearchParams): URLSearchParams {
  const errors = fieldErrors(query);
  if (errors.length > 0) throw invalid({ group: "", kind: "PodLogOptions", name: podName }, errors);
  const passed = new URLSearchParams();
  for (const name of flags) if (isSet(query, name)) passed.set(name, "true");
  for (const name of [...numbers, "sinceTime"]) {
    const value = query.get(name);
    if (value) passed.set(name, value);
  }
  return passed;
}
