/** All subresources that take over a connection. */
import type { Client } from "../../client/mod.ts";
import type { Connections } from "../request/connection.ts";
import { attachConnection, execConnection, portForwardConnection } from "./agent-streams.ts";
import { logConnection } from "./log.ts";
import { type AgentCredentials, NodeAgents } from "./node-agent.ts";
import { proxyConnection } from "./proxy.ts";
import { nodeTarget, podTarget, serviceTarget } from "./proxy-targets.ts";

export interface StreamingOptions {
  /** Reads pods, nodes, services and endpoints with all rights: the request itself is authorized already. */
  readonly client: Client;
  /** Between the API server and node agents. */
  readonly credentials: AgentCredentials;
}

export function streamingConnections({ client, credentials }: StreamingOptions): Connections {
  const agents = new NodeAgents(client, credentials);
  return new Map([
    ["pods/log", logConnection(client, agents)],
    ["pods/exec", execConnection(client, agents)],
    ["pods/attach", attachConnection(client, agents)],
    ["pods/portforward", portForwardConnection(client, agents)],
    ["pods/proxy", proxyConnection(podTarget(client), agents)],
    ["services/proxy", proxyConnection(serviceTarget(client), agents)],
    ["nodes/proxy", proxyConnection(nodeTarget(agents), agents)],
  ]);
}
