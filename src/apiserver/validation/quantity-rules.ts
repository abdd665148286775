/** Rules for amounts of resources. */
import { getKey, isHugePages, parseQuantity, QuantityError, qualifiedNameProblems } from "../../api/mod.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import type { FieldPath } from "./field-path.ts";

type Amounts = Readonly<Record<string, string>> | undefined;

const standardContainerResources: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);
const integerResources: ReadonlySet<string> = new Set([
  "pods",
  "services",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

const standardResources: ReadonlySet<string> = new Set([
  ...standardContainerResources,
  ...integerResources,
  ...["storage", "requests.storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage"],
  ...["limits.cpu", "limits.memory", "limits.ephemeral-storage"],
]);

/** Names with a prefix of their own, which somebody else than Kubernetes counts. */
export function isExtended(name: string): boolean {
  return name.includes("/") && !name.split("/")[0]!.endsWith("kubernetes.io") && !name.startsWith("requests.");
}

/** Any resource: one of the standard ones, or with a prefix. */
export function resourceName(name: string, path: FieldPath): FieldError[] {
  const errors = qualifiedNameProblems(name).map((problem) => invalid(path, name, problem));
  const known = name.includes("/") || standardResources.has(name) || isHugePages(name);
  if (errors.length === 0 && !known)
    return [invalid(path, name, "must be a standard resource type or fully qualified")];
  return errors;
}

/** A resource that a container may ask for. */
export function containerResourceName(name: string, path: FieldPath): FieldError[] {
  const errors = qualifiedNameProblems(name).map((problem) => invalid(path, name, problem));
  if (name.includes("/")) {
    const foreign = isExtended(name) || name.split("/")[0]!.endsWith("kubernetes.io");
    if (!foreign || errors.length > 0)
      errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
    return errors;
  }
  if (standardContainerResources.has(name) || isHugePages(name)) return errors;
  if (errors.length === 0 && !integerResources.has(name))
    errors.push(invalid(path, name, "must be a standard resource type or fully qualified"));
  return [...errors, invalid(path, name, "must be a standard resource for containers")];
}

/** An amount of a resource: not negative, and whole where the resource cannot be divided. */
export function amountErrors(name: string, amount: string, path: FieldPath): FieldError[] {
  const quantity = parseQuantity(amount);
  const errors: FieldError[] = [];
  if (quantity.sign() < 0) errors.push(invalid(path, quantity.toString(), "must be greater than or equal to 0"));
  if ((isExtended(name) || integerResources.has(name) || isHugePages(name)) && quantity.milliValue() % 1000n !== 0n)
    errors.push(invalid(path, quantity.toString(), "must be an integer"));
  return errors;
}

/** In the words of older rules, which print the number. */
export function wholeAmount(amount: string, path: FieldPath): FieldError[] {
  const quantity = parseQuantity(amount);
  return quantity.sign() < 0 ? [invalid(path, quantity.milliValue() / 1000n, "must be a valid resource quantity")] : [];
}

export function positiveAmount(amount: string, path: FieldPath): FieldError[] {
  return parseQuantity(amount).sign() > 0 ? [] : [invalid(path, amount, "must be greater than zero")];
}

export interface ResourceLists {
  readonly limits?: Amounts;
  readonly requests?: Amounts;
}

/** Requests and limits of a container. */
export function validateResources(
  { limits, requests }: ResourceLists,
  path: FieldPath,
  errors: FieldError[] = [],
): FieldError[] {
  if (!limits && !requests) return errors;
  for (const name of Object.keys(limits ?? {}).sort())
    validateAmount(name, limits![name]!, path.child("limits").key(name), errors);
  for (const name of Object.keys(requests ?? {}).sort()) {
    validateAmount(name, requests![name]!, path.child("requests").key(name), errors);
    errors.push(...withinLimit(name, requests![name]!, getKey(limits, name), path));
  }
  const names = new Set([...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})]);
  if ([...names].some(isHugePages) && !names.has("cpu") && !names.has("memory"))
    errors.push(forbidden(path, "HugePages require cpu or memory"));
  return errors;
}

function validateAmount(name: string, amount: string, at: FieldPath, errors: FieldError[]): void {
  errors.push(...containerResourceName(name, at), ...amountErrors(name, amount, at), ...wholePages(name, amount, at));
}

/** Huge pages come whole; `hugepages-2Mi` says how large one is. */
function wholePages(name: string, amount: string, path: FieldPath): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = pageBytes(name.slice("hugepages-".length));
  const quantity = parseQuantity(amount);
  if (size > 0n && (quantity.milliValue() / 1000n) % size === 0n) return [];
  return [invalid(path, quantity.toString(), `${quantity.toString()} is not positive integer multiple of ${name}`)];
}

/** 0 where the text is no size. */
function pageBytes(text: string): bigint {
  try {
    return parseQuantity(text).milliValue() / 1000n;
  } catch (error) {
    if (error instanceof QuantityError) return 0n;
    throw error;
  }
}

function withinLimit(name: string, request: string, limit: string | undefined, path: FieldPath): FieldError[] {
  const noOvercommit = isExtended(name) || isHugePages(name);
  if (limit === undefined)
    return noOvercommit ? [required(path.child("limits"), "Limit must be set for non overcommitable resources")] : [];
  const order = parseQuantity(request).compare(parseQuantity(limit));
  if (noOvercommit && order !== 0)
    return [invalid(path.child("requests"), request, `must be equal to ${name} limit of ${limit}`)];
  return order > 0
    ? [invalid(path.child("requests"), request, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}
