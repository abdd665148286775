/**
 * JSON is YAML too, and what programs send as YAML (server-side apply) is JSON nearly always: its own parser is twenty times faster. Only what
 * means the same to both is read here.
 */
import { surveyJson } from "./json-survey.ts";
import { maximumDepth } from "./json-text.ts";

/** YAML refuses most characters beyond these, or reads them in its own way; escapes may be halves of one; a tab may be an indentation. */
const doubtful = /[^\x20-\x7e\n]|\\u/;
/** Longer keys are none in YAML. */
const longestKey = 1000;

/** The value; undefined where the text is no JSON, or says a key twice, or YAML might take it otherwise. */
export function readJsonAsYaml(text: string): unknown {
  if (!text.startsWith("{") || doubtful.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return plainKeys(value, 1) === surveyJson(text).keys ? value : undefined;
}

/** How many keys there are; NaN where one means something else in YAML, or the value is too deep for it. */
function plainKeys(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth > maximumDepth) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += plainKeys(item, depth + 1);
  else
    for (const key in value) {
      if (key.length > longestKey || key === "__proto__") return Number.NaN;
      keys += 1 + plainKeys((value as Record<string, unknown>)[key], depth + 1);
    }
  return keys;
}
