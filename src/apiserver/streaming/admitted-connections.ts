/** Requests that take over their connection pass admission too, as operation CONNECT. Logs are only read, and do not. */
import { isDeepStrictEqual } from "node:util";
import { type AdmissionAttributes, Reinvocation } from "../../admission/mod.ts";
import { clone, type KubernetesObject } from "../../api/mod.ts";
import type { AdmissionChain } from "../registry/admission-chain.ts";
import type { ResourceTable, TableEntry } from "../registry/resource-table.ts";
import type { ConnectionHandler, ConnectionRequest, Connections } from "../request/connection.ts";
import { connectOptions, connectQuery } from "./connect-options.ts";

export function admittedConnections(
  connections: Connections,
  admission: AdmissionChain,
  table: ResourceTable,
): Connections {
  const admitted = (name: string, handler: ConnectionHandler) =>
    name.endsWith("/log") ? handler : admit(handler, admission, table);
  return new Map([...connections].map(([name, handler]) => [name, admitted(name, handler)]));
}

function admit(handler: ConnectionHandler, admission: AdmissionChain, table: ResourceTable): ConnectionHandler {
  return async (connection) => {
    const { group, version, resource, subresource } = connection.request;
    const entry = table.find(group, version, resource);
    const kind = entry?.info.subresources.find(({ name }) => name === subresource)?.kind;
    if (!entry || !kind) return handler(connection);
    const given = connectOptions(kind, parametersOf(connection));
    const attributes = attributesOf(connection, entry, given);
    await admission.judge(attributes);
    const options = attributes.object!;
    if (isDeepStrictEqual(options, given)) return handler(connection);
    return handler({ ...connection, query: connectQuery(kind, connection.query, options) });
  };
}

/** A proxied path is a parameter like any other. */
function parametersOf({ request, query, via }: ConnectionRequest): URLSearchParams {
  if (request.subresource !== "proxy") return query;
  const [path = ""] = via.exchange.target.split("?");
  const rest = request.rest === "" ? "" : `/${request.rest}`;
  return new URLSearchParams({ path: path.endsWith("/") && !rest.endsWith("/") ? `${rest}/` : rest });
}

function attributesOf(
  { request, user, via }: ConnectionRequest,
  { info }: TableEntry,
  options: KubernetesObject,
): AdmissionAttributes {
  return {
    operation: "CONNECT",
    resource: info,
    subresource: request.subresource,
    name: request.name,
    ...(request.namespace && { namespace: request.namespace }),
    object: clone(options),
    user,
    dryRun: false,
    reinvocation: new Reinvocation(),
    warn: () => {},
    signal: () => via.exchange.signal,
  };
}
