/**
 * Commands, terminals and ports of a pod are no reading, whatever the method: WebSockets can only be asked for with GET, so who asks that way must
 * be allowed to create them as well. A role that lets its users read everything does not let them into containers.
 */
import type { Authorizer } from "../../auth/mod.ts";
import { forbidden } from "../errors.ts";
import type { ConnectionHandler, ConnectionRequest, Connections } from "../request/connection.ts";

const creating: ReadonlySet<string> = new Set(["pods/exec", "pods/attach", "pods/portforward"]);

export function creatingConnections(connections: Connections, authorizer: Authorizer): Connections {
  return new Map(
    [...connections].map(([name, handler]) => [name, creating.has(name) ? checked(handler, authorizer) : handler]),
  );
}

function checked(handler: ConnectionHandler, authorizer: Authorizer): ConnectionHandler {
  return async (connection) => {
    if (connection.request.verb !== "create") await requireCreate(connection, authorizer);
    await handler(connection);
  };
}

async function requireCreate({ user, request }: ConnectionRequest, authorizer: Authorizer): Promise<void> {
  const { group, version, resource, subresource, namespace, name } = request;
  const asked = { group, version, resource, subresource, namespace, name };
  const { decision, reason = "" } = await authorizer.authorize({ user, verb: "create", resource: asked });
  if (decision !== "allow") throw forbidden({ group, resource }, name, reason);
}
