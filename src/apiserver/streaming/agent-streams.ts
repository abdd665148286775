/** `pods/exec`, `pods/attach` and `pods/portforward`: checked here, then spliced to the node's agent, which speaks all their protocols. */
import type { corev1 } from "../../api/mod.ts";
import { type Client, proxyUpgrade } from "../../client/mod.ts";
import { badRequest, methodNotAllowed } from "../errors.ts";
import type { ConnectionHandler, ConnectionRequest } from "../request/connection.ts";
import { upgradeHeaders } from "./forwarded-headers.ts";
import type { NodeAgents } from "./node-agent.ts";
import { agentPath, chooseContainer, findPod, requireNode } from "./pod-target.ts";

/** Names of the streams in a request, and what node agents call them. */
const streamNames = [
  ["stdin", "input"],
  ["stdout", "output"],
  ["stderr", "error"],
  ["tty", "tty"],
] as const;

function isSet(value: string | null): boolean {
  return value !== null && value !== "false" && value !== "0";
}

function commandQuery(query: URLSearchParams): URLSearchParams {
  const passed = new URLSearchParams();
  for (const word of query.getAll("command")) passed.append("command", word);
  for (const [name, agentName] of streamNames) if (isSet(query.get(name))) passed.set(agentName, "1");
  return passed;
}

function portQuery(query: URLSearchParams): URLSearchParams {
  const passed = new URLSearchParams();
  for (const ports of query.getAll("ports")) for (const port of ports.split(",")) passed.append("port", port);
  return passed;
}

type PathOf = (pod: corev1.Pod, query: URLSearchParams) => string;

const execPath: PathOf = (pod, query) =>
  agentPath("exec", pod, chooseContainer(pod, query.get("container")), commandQuery(query));
const attachPath: PathOf = (pod, query) =>
  agentPath("attach", pod, chooseContainer(pod, query.get("container")), commandQuery(query));
const portForwardPath: PathOf = (pod, query) => agentPath("portForward", pod, undefined, portQuery(query));

function checkMethod({ via }: ConnectionRequest): void {
  const { method } = via.exchange;
  if (method !== "GET" && method !== "POST") throw methodNotAllowed();
}

function streamConnection(client: Client, agents: NodeAgents, pathOf: PathOf): ConnectionHandler {
  return async (connection) => {
    checkMethod(connection);
    const { request, query, via } = connection;
    const pod = await findPod(client, request);
    const path = pathOf(pod, query);
    const address = await agents.locate(requireNode(pod), "pods");
    if (via.type !== "upgrade") throw badRequest("Upgrade request required");
    const target = agents.target(address, path);
    await proxyUpgrade(upgradeHeaders(via.exchange), target);
  };
}

export function execConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return streamConnection(client, agents, execPath);
}

export function attachConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return streamConnection(client, agents, attachPath);
}

export function portForwardConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return streamConnection(client, agents, portForwardPath);
}
