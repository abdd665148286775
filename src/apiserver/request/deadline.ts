/** How long a request may take: what it asks for with `timeout`, and never longer than the server allows. */
import { type DurationError, parseGoDuration } from "../../api/mod.ts";
import { badRequest } from "../errors.ts";
import { requestTimeoutMs } from "./limits.ts";
import type { RequestInfo } from "./request-info.ts";

const connecting: ReadonlySet<string> = new Set(["attach", "exec", "proxy", "log", "portforward"]);

/** Watches and connections go on until somebody ends them. */
export function isLongRunning({ resource }: RequestInfo): boolean {
  return resource !== undefined && (resource.verb === "watch" || connecting.has(resource.subresource));
}

/** Milliseconds; nothing for what may take as long as it likes. Throws a 400 where `timeout` is no duration. */
export function timeoutOf(info: RequestInfo): number | undefined {
  if (isLongRunning(info)) return undefined;
  const text = info.query.size > 0 ? info.query.get("timeout") : null;
  if (text === null || text === "") return requestTimeoutMs;
  const wanted = parseTimeout(text);
  return wanted <= 0 ? requestTimeoutMs : Math.min(wanted, requestTimeoutMs);
}

function parseTimeout(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw badRequest(`invalid timeout specified in the request URL - ${(error as DurationError).message}`);
  }
}
