/** How long a request may take: what it asks for with `timeout`, and never longer than the server allows. */
import { badRequest } from "../errors.ts";
import { requestTimeoutMs } from "./limits.ts";
import type { RequestInfo } from "./request-info.ts";

const unitMs: Readonly<Record<string, number>> = Object.freeze({
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
});

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
  const wanted = parseDuration(text);
  return wanted <= 0 ? requestTimeoutMs : Math.min(wanted, requestTimeoutMs);
}

/** `1m30.5s` in milliseconds. Throws in the words of Go's parser. */
function parseDuration(text: string): number {
  if (/^[+-]?0$/.test(text)) return 0;
  const [, sign, parts] = /^([+-]?)(.*)$/s.exec(text)!;
  let total = 0;
  let rest = parts!;
  if (rest === "") throw refuse(`invalid duration ${JSON.stringify(text)}`);
  while (rest !== "") {
    const [whole, number, unit] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (whole === undefined) throw refuse(`invalid duration ${JSON.stringify(text)}`);
    if (unit === "") throw refuse(`missing unit in duration ${JSON.stringify(text)}`);
    const size = Object.hasOwn(unitMs, unit!) ? unitMs[unit!] : undefined;
    if (size === undefined) throw refuse(`unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    total += Number(number) * size;
    rest = rest.slice(whole.length);
  }
  return sign === "-" ? -total : total;
}

function refuse(why: string): Error {
  return badRequest(`invalid timeout specified in the request URL - time: ${why}`);
}
