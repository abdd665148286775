/** One item of a LimitRange against one set of requests and limits, in upstream's words. */
import { type Amounts, compareQuantities, type corev1, parseQuantity } from "../../api/mod.ts";

/** Which side a maximum is held against first. Claims have requests only. */
type MaximumOf = "limit" | "request";

interface Given {
  readonly request: string | undefined;
  readonly limit: string | undefined;
}

function sorted(amounts: Amounts | undefined): [string, string][] {
  return Object.entries(amounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function belowMinimum(what: string, minimum: string, { request, limit }: Given): string | undefined {
  if (request === undefined) return `minimum ${what} is ${minimum}.  No request is specified`;
  if (compareQuantities(request, minimum) < 0) return `minimum ${what} is ${minimum}, but request is ${request}`;
  if (limit !== undefined && compareQuantities(limit, minimum) < 0)
    return `minimum ${what} is ${minimum}, but limit is ${limit}`;
  return undefined;
}

function aboveMaximum(what: string, maximum: string, { request, limit }: Given, of: MaximumOf): string | undefined {
  const first = of === "limit" ? limit : request;
  if (first === undefined) return `maximum ${what} is ${maximum}.  No ${of} is specified`;
  if (compareQuantities(first, maximum) > 0) return `maximum ${what} is ${maximum}, but ${of} is ${first}`;
  if (request !== undefined && compareQuantities(request, maximum) > 0)
    return `maximum ${what} is ${maximum}, but request is ${request}`;
  return undefined;
}

function isNothing(amount: string | undefined): boolean {
  return amount === undefined || parseQuantity(amount).isZero();
}

function aboveRatio(what: string, ratio: string, { request, limit }: Given): string | undefined {
  const rule = `${what} is ${ratio}`;
  if (isNothing(request)) return `${rule}, but no request is specified or request is 0`;
  if (isNothing(limit)) return `${rule}, but no limit is specified or limit is 0`;
  const observed = parseQuantity(limit!).toNumber() / parseQuantity(request!).toNumber();
  if (observed <= parseQuantity(ratio).toNumber()) return undefined;
  return `${rule}, but provided ratio is ${observed.toFixed(6)}`;
}

export function brokenBounds(
  item: corev1.LimitRangeItem,
  requests: Amounts,
  limits: Amounts,
  maximumOf: MaximumOf = "limit",
): string[] {
  const given = (name: string): Given => ({ request: requests[name], limit: limits[name] });
  const usage = (name: string) => `${name} usage per ${item.type}`;
  const broken = [
    ...sorted(item.min).map(([name, minimum]) => belowMinimum(usage(name), minimum, given(name))),
    ...sorted(item.max).map(([name, maximum]) => aboveMaximum(usage(name), maximum, given(name), maximumOf)),
    ...sorted(item.maxLimitRequestRatio).map(([name, ratio]) =>
      aboveRatio(`${name} max limit to request ratio per ${item.type}`, ratio, given(name)),
    ),
  ];
  return broken.filter((reason) => reason !== undefined);
}
