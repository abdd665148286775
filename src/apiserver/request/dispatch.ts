/** From a call to its handler: 404 for what is not served, 405 for what cannot be done to it. */
import { pathSegmentProblems } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import type { ResourceTable, TableEntry } from "../registry/resource-table.ts";
import type { Answer } from "./answer.ts";
import type { Call, Endpoint } from "./call.ts";
import type { ResourceRequest } from "./request-info.ts";

export interface Target {
  readonly entry: TableEntry;
  readonly endpoint: Endpoint;
}

/** Throws the 404 of an unknown resource. */
export function findTarget(table: ResourceTable, request: ResourceRequest): Target {
  const entry = table.find(request.group, request.version, request.resource);
  if (!entry || request.inNamespace !== expectsNamespace(entry, request)) throw errors.noSuchResource();
  const endpoint = request.subresource === "" ? entry.endpoint : entry.subresources.get(request.subresource);
  if (!endpoint && isCustomResource(entry)) throw errors.notFound(request, request.name);
  // What can only be created, a review say, has no name to go by.
  if (request.name !== "" && endpoint?.create && !endpoint.get && request.subresource === "")
    throw errors.noSuchResource();
  // Only a proxy has paths below it.
  if (!endpoint || (request.rest !== "" && request.subresource !== "proxy")) throw errors.noSuchResource();
  // To upstream a slash is one, however it was written: such a path leads nowhere.
  if (request.name.includes("/")) throw errors.noSuchResource();
  const problems = request.name === "" ? [] : pathSegmentProblems(request.name);
  if (problems.length > 0)
    throw errors.badRequest(`Name parameter invalid: ${JSON.stringify(request.name)}: ${problems.join("; ")}`);
  return { entry, endpoint };
}

/** Custom resources that nobody has defined, or not there, are no page at all; the 404s of others are objects. */
export function isNoPage(table: ResourceTable, request: ResourceRequest): boolean {
  if (!table.isCustom(request.group)) return false;
  const entry = table.find(request.group, request.version, request.resource);
  if (!entry) return true;
  const overAll = request.verb === "list" || request.verb === "watch";
  return request.inNamespace ? !entry.info.namespaced : entry.info.namespaced && !overAll;
}

/** Lists and watches of namespaced resources may go over all namespaces; nothing else of theirs may leave the namespace out. */
function expectsNamespace({ info }: TableEntry, request: ResourceRequest): boolean {
  return info.namespaced && (request.inNamespace || request.name !== "");
}

/** Throws the 405. */
export function dispatch({ endpoint, entry }: Target, call: Call): Answer | Promise<Answer> {
  const { request } = call;
  const handler = endpoint[request.verb];
  if (!handler || !fitsPath(entry, request)) {
    throw isCustomResource(entry) ? errors.methodNotSupported(request, request.verb) : errors.methodNotAllowed();
  }
  if (entry.warning) call.operation.warn(entry.warning);
  return handler(call);
}

/** Upstream serves custom resources by another way, which refuses in other words. */
export function isCustomResource({ info }: TableEntry): boolean {
  return info.schema === undefined;
}

/** POST goes to collections, PUT and PATCH to objects; collections over all namespaces are only read. */
function fitsPath({ info }: TableEntry, request: ResourceRequest): boolean {
  const { verb, name, subresource, inNamespace } = request;
  if (subresource !== "") return name !== "";
  if (verb === "create") return name === "" && inNamespace === info.namespaced;
  if (verb === "update" || verb === "patch") return name !== "";
  return verb !== "deletecollection" || inNamespace === info.namespaced;
}
