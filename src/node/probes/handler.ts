/** One look at a container, or one call to it: what probes and life cycle hooks have in common. */
import type { corev1 } from "../../api/mod.ts";
import type { CheckResult, Runtime } from "../runtime/contract.ts";
import { isNodeError, messageOf, NodeError } from "../runtime/errors.ts";

export interface HandlerTarget {
  readonly runtime: Runtime;
  readonly container: corev1.Container;
  readonly containerId: string;
  /** The pod's primary address. */
  readonly address: string;
  readonly timeoutMs: number;
}

/** Of a command's output no more than this is shown. */
const maximumOutput = 10 * 1024;

/** A port by number or by its name in the container. */
export function resolvePort(port: number | string, container: corev1.Container): number {
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  const named = (container.ports ?? []).find(({ name }) => name === port);
  if (named === undefined) throw new NodeError("failed", `couldn't find port: ${JSON.stringify(port)}`);
  return named.containerPort;
}

async function checkExec(
  { runtime, containerId, timeoutMs }: HandlerTarget,
  action: corev1.ExecAction,
): Promise<CheckResult> {
  const command = action.command ?? [];
  try {
    const { stdout, stderr, exitCode } = await runtime.execSync(containerId, command, timeoutMs);
    const message = Buffer.concat([stdout, stderr]).subarray(0, maximumOutput).toString();
    return { outcome: exitCode === 0 ? "success" : "failure", message };
  } catch (error) {
    if (!isNodeError(error, "deadline")) throw error;
    return {
      outcome: "failure",
      message: `command timed out: "${command.join(" ")}" timed out after ${timeoutMs / 1000}s`,
    };
  }
}

function checkHttp(target: HandlerTarget, action: corev1.HTTPGetAction): Promise<CheckResult> {
  return target.runtime.network.http({
    scheme: action.scheme === "HTTPS" ? "https" : "http",
    host: action.host || target.address,
    port: resolvePort(action.port, target.container),
    path: action.path ?? "/",
    headers: (action.httpHeaders ?? []).map(({ name, value }) => ({ name, value })),
    timeoutMs: target.timeoutMs,
  });
}

export interface Handler {
  readonly exec?: corev1.ExecAction | undefined;
  readonly httpGet?: corev1.HTTPGetAction | undefined;
  readonly tcpSocket?: corev1.TCPSocketAction | undefined;
  readonly grpc?: corev1.GRPCAction | undefined;
}

/** Rejects where the look itself is not possible: no such port, no runtime. */
export async function runHandler(
  target: HandlerTarget,
  { exec, httpGet, tcpSocket, grpc }: Handler,
): Promise<CheckResult> {
  const { runtime, address, timeoutMs, container } = target;
  if (exec) return checkExec(target, exec);
  if (httpGet) return checkHttp(target, httpGet);
  if (tcpSocket) {
    const port = resolvePort(tcpSocket.port, container);
    return runtime.network.tcp({ host: tcpSocket.host || address, port, timeoutMs });
  }
  if (grpc) return runtime.network.grpc({ host: address, port: grpc.port, service: grpc.service ?? "", timeoutMs });
  throw new NodeError("failed", "missing handler");
}

/** As `runHandler`, with an impossible look as an outcome of its own. */
export async function tryHandler(
  target: HandlerTarget,
  handler: Handler,
): Promise<CheckResult | { outcome: "unknown"; message: string }> {
  try {
    return await runHandler(target, handler);
  } catch (error) {
    return { outcome: "unknown", message: messageOf(error) };
  }
}
