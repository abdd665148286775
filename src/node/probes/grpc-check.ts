/** The gRPC check: `grpc.health.v1.Health/Check`. */
import * as grpc from "@grpc/grpc-js";
import type { CheckResult, GrpcCheck } from "../runtime/contract.ts";
import { hostAndPort } from "./dial-error.ts";

const statuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** `HealthCheckRequest { string service = 1 }`. */
function encodeRequest(service: string): Buffer {
  const text = Buffer.from(service);
  if (text.length === 0) return text;
  if (text.length > 127)
    return Buffer.concat([Buffer.from([0x0a, (text.length & 0x7f) | 0x80, text.length >> 7]), text]);
  return Buffer.concat([Buffer.from([0x0a, text.length]), text]);
}

/** `HealthCheckResponse { ServingStatus status = 1 }`; an absent field is UNKNOWN. */
function decodeResponse(bytes: Buffer): string {
  return statuses[bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0] ?? "UNKNOWN";
}

function failure(check: GrpcCheck, error: grpc.ServiceError): string {
  const address = hostAndPort(check.host, check.port);
  if (error.code === grpc.status.UNIMPLEMENTED) {
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`;
  }
  if (error.code === grpc.status.UNAVAILABLE) return `error: connection to ${address} failed: ${error.details}`;
  if (error.code === grpc.status.DEADLINE_EXCEEDED) {
    return `timeout: health rpc did not complete within ${check.timeoutMs / 1000}s`;
  }
  return `error: health rpc probe failed: rpc error: code = ${grpc.status[error.code]} desc = ${error.details}`;
}

export function checkGrpc(check: GrpcCheck): Promise<CheckResult> {
  const client = new grpc.Client(hostAndPort(check.host, check.port), grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.primary_user_agent": "kube-probe/1.36",
  });
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      encodeRequest,
      decodeResponse,
      check.service,
      new grpc.Metadata(),
      { deadline: Date.now() + check.timeoutMs },
      (error, status) => {
        client.close();
        if (error) return resolve({ outcome: "failure", message: failure(check, error) });
        if (status === "SERVING") return resolve({ outcome: "success", message: "service healthy" });
        resolve({ outcome: "failure", message: `service unhealthy (responded with "${status}")` });
      },
    );
  });
}
