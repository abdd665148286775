/** Checks against pods over the real network: HTTP, TCP and gRPC's health protocol. Messages read as Go's, which people search for. */
import { connect } from "node:net";
import type { CheckResult, GrpcCheck, HttpCheck, PodNetwork } from "../runtime/contract.ts";
import { dialError, hostAndPort } from "./dial-error.ts";
import { checkHttp } from "./http-check.ts";

export function checkTcp(host: string, port: number, timeoutMs: number): Promise<CheckResult> {
  const address = hostAndPort(host, port);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const answer = (outcome: CheckResult["outcome"], message: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ outcome, message });
    };
    const timer = setTimeout(() => answer("failure", `dial tcp ${address}: i/o timeout`), timeoutMs);
    socket.once("connect", () => answer("success", ""));
    socket.once("error", (error) => answer("failure", dialError(error, address)));
  });
}

export class RealPodNetwork implements PodNetwork {
  http(check: HttpCheck): Promise<CheckResult> {
    return checkHttp(check);
  }

  tcp(check: { readonly host: string; readonly port: number; readonly timeoutMs: number }): Promise<CheckResult> {
    return checkTcp(check.host, check.port, check.timeoutMs);
  }

  /** Few pods ask for it, and it brings a gRPC client along. */
  async grpc(check: GrpcCheck): Promise<CheckResult> {
    const { checkGrpc } = await import("./grpc-check.ts");
    return checkGrpc(check);
  }
}
