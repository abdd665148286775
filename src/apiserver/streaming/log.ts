/** `pods/log`: what a container has written, as it is and, where asked, as it grows. */
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { StatusError } from "../../api/mod.ts";
import { acceptWebSocket, type Client, readerProtocols, sendOverWebSocket } from "../../client/mod.ts";
import { badRequest, internalError, methodNotAllowed, plainFailure } from "../errors.ts";
import type { ConnectionHandler, ConnectionRequest } from "../request/connection.ts";
import { BackendError, sendToBackend } from "./backend-request.ts";
import { agentLogQuery } from "./log-options.ts";
import type { NodeAgents } from "./node-agent.ts";
import { agentPath, chooseContainer, findPod } from "./pod-target.ts";

const longestMessage = 64 * 1024;

async function messageOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of answer.setEncoding("utf8")) {
    text += part;
    if (text.length > longestMessage) break;
  }
  return text;
}

/** What the agent refuses is passed on with its sentence. */
async function refusal(answer: IncomingMessage, podName: string): Promise<StatusError> {
  const code = answer.statusCode ?? 500;
  const message = await messageOf(answer);
  if (code === 400) return badRequest(message);
  if (code === 500) return internalError(message);
  const missing = code === 404 ? { reason: "NotFound" } : {};
  const said = code === 404 ? `the server could not find the requested resource ( pods/log ${podName})` : message;
  const details = { name: podName, kind: "pods/log", causes: [{ reason: "UnexpectedServerResponse", message }] };
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" } as const;
  return new StatusError({ ...status, ...missing, message: said, details, code });
}

/** The agent's stream, or nothing where the pod is on no node yet and so has no log. */
async function openLog(
  client: Client,
  agents: NodeAgents,
  { request, query, via }: ConnectionRequest,
): Promise<IncomingMessage | undefined> {
  const passed = agentLogQuery(request.name, query);
  const pod = await findPod(client, request);
  const container = chooseContainer(pod, query.get("container"));
  if (!pod.spec.nodeName) return undefined;
  const address = await agents.locate(pod.spec.nodeName, "pods");
  const url = new URL(agentPath("containerLogs", pod, container, passed), address.server);
  const { signal } = via.exchange;
  const answer = await sendToBackend({ method: "GET", url, agent: agents.agent, signal }).catch((error: Error) => {
    if (!(error instanceof BackendError)) throw error;
    throw plainFailure(`Get ${JSON.stringify(url.href)}: ${error.message}`);
  });
  if (answer.statusCode === 200) return answer;
  throw await refusal(answer, request.name);
}

async function answerLog(log: IncomingMessage | undefined, { via }: ConnectionRequest): Promise<void> {
  if (via.type === "upgrade") {
    const agreed = await acceptWebSocket(via.exchange, readerProtocols);
    if (agreed) await sendOverWebSocket(agreed, log ?? nothing());
    return;
  }
  if (!log) return via.exchange.respond(204, {});
  const output = via.exchange.stream(200, { "content-type": "text/plain" });
  // A client that stops reading, or a node that goes away, ends the stream in the middle: there is nobody to tell.
  await pipeline(log, output).catch(() => {});
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

export function logConnection(client: Client, agents: NodeAgents): ConnectionHandler {
  return async (connection) => {
    if (connection.via.exchange.method !== "GET") throw methodNotAllowed();
    await answerLog(await openLog(client, agents, connection), connection);
  };
}
