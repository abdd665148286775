/** `pods/exec`, `pods/attach` and `pods/portforward`: checked here, then spliced to the node's agent, or translated into what it speaks. */
import type { corev1 } from "../../api/mod.ts";
import {
  type Client,
  type DialTarget,
  isTranslatedCommand,
  isTranslatedPortForward,
  proxyUpgrade,
  type StreamFlags,
  translatePortForward,
  translateRemoteCommand,
  type UpgradeRequest,
} from "../../client/mod.ts";
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

function streamFlags(query: URLSearchParams): StreamFlags {
  const [stdin, stdout, stderr, tty] = streamNames.map(([name]) => isSet(query.get(name)));
  return { stdin: stdin!, stdout: stdout!, stderr: stderr! && !tty, tty: tty! };
}

function portQuery(query: URLSearchParams): URLSearchParams {
  const passed = new URLSearchParams();
  for (const ports of query.getAll("ports")) for (const port of ports.split(",")) passed.append("port", port);
  return passed;
}

/** Told before anything is looked for; in the words of Go's parser. */
function checkPorts(query: URLSearchParams): void {
  for (const text of query.getAll("ports").flatMap((ports) => ports.split(","))) {
    if (/^\d+$/.test(text) && Number(text) < 2 ** 16) continue;
    const why = /^\d+$/.test(text) ? "value out of range" : "invalid syntax";
    throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
  }
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

type Carry = (upgrade: UpgradeRequest, target: DialTarget, query: URLSearchParams) => Promise<void>;

const carryCommand: Carry = (upgrade, target, query) =>
  isTranslatedCommand(upgrade.request)
    ? translateRemoteCommand(upgrade, target, streamFlags(query))
    : proxyUpgrade(upgrade, target);

const carryPorts: Carry = (upgrade, target) =>
  isTranslatedPortForward(upgrade.request) ? translatePortForward(upgrade, target) : proxyUpgrade(upgrade, target);

function streamConnection(client: Client, agents: NodeAgents, pathOf: PathOf, carry: Carry): ConnectionHandler {
  return async (connection) => {
    checkMethod(connection);
    const { request, query, via } = connection;
    const pod = await findPod(client, request);
    const path = pathOf(pod, query);
    const address = await agents.locate(requireNode(pod), "pods");
    if (via.type !== "upgrade") throw badRequest("Upgrade request required");
    const target = agents.target(address, path);
    await carry(upgradeHeaders(via.exchange), target, query);
  };
}

export function execConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return streamConnection(client, agents, execPath, carryCommand);
}

export function attachConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return streamConnection(client, agents, attachPath, carryCommand);
}

export function portForwardConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  const forward = streamConnection(client, agents, portForwardPath, carryPorts);
  return async (connection) => {
    checkPorts(connection.query);
    await forward(connection);
  };
}
