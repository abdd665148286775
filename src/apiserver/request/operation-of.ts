/** From a request to the operation that the engine performs: the options that all writes share, read from the query. */
import { readHeaderText, type User } from "../../auth/mod.ts";
import { BoundedMap } from "../../client/mod.ts";
import { managerFromUserAgent } from "../apply/managers.ts";
import { invalid } from "../errors.ts";
import { checkDryRun } from "../registry/delete-options.ts";
import type { FieldValidation, GivenOptions, Operation } from "../registry/operation.ts";
import { type FieldError, forbidden, notSupported, required } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { validateFieldManager } from "../validation/object-meta.ts";
import type { RequestInfo, ResourceRequest } from "./request-info.ts";

const optionKinds: Readonly<Record<string, string>> = Object.freeze({
  create: "CreateOptions",
  update: "UpdateOptions",
  patch: "PatchOptions",
});
const validations: readonly string[] = ["", "Ignore", "Strict", "Warn"];

export interface OperationSource {
  readonly info: RequestInfo;
  readonly request: ResourceRequest;
  readonly user: User;
  readonly userAgent: string;
  /** The body is a server-side apply patch. */
  readonly applies: boolean;
  /** It calls itself a patch of a kind that there is not: that is told before anything about its options. */
  readonly unknownPatch?: boolean;
  readonly now: number;
  signal(): AbortSignal;
  warn(message: string): void;
  annotate?(key: string, value: string): void;
}

export function operationOf(source: OperationSource): Operation {
  const { info, request, user, now } = source;
  const options = optionKinds[request.verb];
  const refusedAnyway = request.verb === "patch" && source.unknownPatch;
  if (options && !refusedAnyway && info.query.size + Number(source.applies) > 0) check(options, source);
  return {
    user,
    group: request.group,
    version: request.version,
    namespace: request.namespace,
    name: request.name,
    subresource: request.subresource,
    dryRun: info.query.size > 0 && info.query.has("dryRun"),
    // Reads have no fields to own.
    fieldManager: options ? info.query.get("fieldManager") || managerOf(source.userAgent) : "",
    fieldValidation: (info.query.get("fieldValidation") || "Warn") as FieldValidation,
    now,
    signal: source.signal,
    warn: source.warn,
    ...(options && info.query.size > 0 && { options: givenOptions(info.query) }),
    ...(source.annotate && { annotate: source.annotate }),
  };
}

function givenOptions(query: URLSearchParams): GivenOptions {
  const fieldManager = query.get("fieldManager");
  const fieldValidation = query.get("fieldValidation");
  return {
    ...(query.has("dryRun") && { dryRun: query.getAll("dryRun") }),
    ...(fieldManager && { fieldManager }),
    ...(fieldValidation && { fieldValidation }),
  };
}

/** `kubectl/v1.36 (linux…)` is the manager `kubectl`. */
function managerOf(userAgent: string): string {
  let manager = managers.get(userAgent);
  if (manager === undefined) {
    manager = managerFromUserAgent(readHeaderText(userAgent));
    managers.set(userAgent, manager);
  }
  return manager;
}

/** By user agent: the same few come again and again. */
const managers = new BoundedMap<string, string>(64);

function check(kind: string, source: OperationSource): void {
  const { query } = source.info;
  const errors: FieldError[] = [];
  const manager = query.get("fieldManager") ?? "";
  if (manager === "" && source.applies) errors.push(required(field("fieldManager"), "is required for apply patch"));
  if (query.has("force") && kind === "PatchOptions" && !source.applies) {
    errors.push(forbidden(field("force"), "may not be specified for non-apply patch"));
  }
  validateFieldManager(manager, field("fieldManager"), errors);
  errors.push(...checkDryRun(query.getAll("dryRun")));
  const validation = query.get("fieldValidation") ?? "";
  if (!validations.includes(validation)) errors.push(notSupported(field("fieldValidation"), validation, validations));
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind, name: "" }, errors);
}
