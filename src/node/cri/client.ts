/** Calls to a CRI server on a unix socket. */
import * as grpc from "@grpc/grpc-js";
import { NodeError, type NodeErrorCode } from "../runtime/errors.ts";
import { criMethod } from "./descriptor.ts";
import type { services } from "./services.ts";
import type { Message, MessageName, Received } from "./types.ts";

type Services = typeof services;
export type ServiceName = keyof Services;
type RequestName<S extends ServiceName, M extends keyof Services[S]> = Services[S][M] extends readonly [
  infer Name extends MessageName,
  MessageName,
]
  ? Name
  : never;
type ResponseName<S extends ServiceName, M extends keyof Services[S]> = Services[S][M] extends readonly [
  MessageName,
  infer Name extends MessageName,
]
  ? Name
  : never;

export interface CallOptions {
  /** Default two minutes, as the kubelet's runtime request timeout. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const defaultTimeoutMs = 120_000;
/** Lists of thousands of containers are larger than gRPC's default of 4 MiB. */
const maximumMessageBytes = 16 * 1024 * 1024;

const errorCodes: Partial<Record<grpc.status, NodeErrorCode>> = {
  [grpc.status.NOT_FOUND]: "not-found",
  [grpc.status.UNAVAILABLE]: "unavailable",
  [grpc.status.DEADLINE_EXCEEDED]: "deadline",
  [grpc.status.UNIMPLEMENTED]: "unimplemented",
};

/** `DEADLINE_EXCEEDED` as Go prints it: `DeadlineExceeded`. */
function codeName(code: grpc.status): string {
  const words = grpc.status[code].toLowerCase().split("_");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

export function fromServiceError(error: grpc.ServiceError): NodeError {
  const message = `rpc error: code = ${codeName(error.code)} desc = ${error.details}`;
  return new NodeError(errorCodes[error.code] ?? "failed", message);
}

/** `path` is the socket's. The connection is made on first use and made again when it breaks. */
export function connect(path: string): grpc.Client {
  return new grpc.Client(`unix://${path}`, grpc.credentials.createInsecure(), {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
    "grpc.max_receive_message_length": maximumMessageBytes,
  });
}

export class CriClient {
  readonly #channel: grpc.Client;

  constructor(channel: grpc.Client) {
    this.#channel = channel;
  }

  call<S extends ServiceName, M extends keyof Services[S] & string>(
    service: S,
    method: M,
    request: Message<RequestName<S, M>>,
    options: CallOptions = {},
  ): Promise<Received<ResponseName<S, M>>> {
    const { path, requestSerialize, responseDeserialize } = criMethod(service, method);
    const deadline = Date.now() + (options.timeoutMs ?? defaultTimeoutMs);
    return new Promise((resolve, reject) => {
      const call = this.#channel.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        new grpc.Metadata(),
        { deadline },
        (error, response) => {
          options.signal?.removeEventListener("abort", cancel);
          if (error) reject(fromServiceError(error));
          else resolve(response as Received<ResponseName<S, M>>);
        },
      );
      const cancel = () => call.cancel();
      options.signal?.addEventListener("abort", cancel, { once: true });
    });
  }
}
