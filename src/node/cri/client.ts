/** Calls to a CRI server on a unix socket. */
import { NodeError, type NodeErrorCode } from "../runtime/errors.ts";
import type { GrpcChannel } from "./grpc-channel.ts";
import { GrpcError, grpcCodes } from "./grpc-error.ts";
import { services } from "./services.ts";
import { criCodec, type Message, type MessageName, type Received } from "./types.ts";

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
const errorCodes: Readonly<Record<number, NodeErrorCode>> = {
  [grpcCodes.NotFound]: "not-found",
  [grpcCodes.Unavailable]: "unavailable",
  [grpcCodes.DeadlineExceeded]: "deadline",
  [grpcCodes.Unimplemented]: "unimplemented",
};

const fromGrpcError = (error: GrpcError): NodeError => new NodeError(errorCodes[error.code] ?? "failed", error.message);

export class CriClient {
  readonly #channel: GrpcChannel;

  constructor(channel: GrpcChannel) {
    this.#channel = channel;
  }

  call<S extends ServiceName, M extends keyof Services[S] & string>(
    service: S,
    method: M,
    request: Message<RequestName<S, M>>,
    options: CallOptions = {},
  ): Promise<Received<ResponseName<S, M>>> {
    const [requestName, responseName] = services[service][method] as readonly [MessageName, MessageName];
    const { timeoutMs = defaultTimeoutMs, signal } = options;
    return new Promise((resolve, reject) => {
      let answer: Received<ResponseName<S, M>> | undefined;
      const giveUp = this.#channel.start({
        path: `/runtime.v1.${service}/${method}`,
        request: criCodec.encode(requestName, request),
        timeoutMs,
        message: (bytes) => (answer = criCodec.decode(responseName, bytes) as Received<ResponseName<S, M>>),
        end: (error) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", cancel);
          if (error === undefined && answer !== undefined) return resolve(answer);
          reject(fromGrpcError(error ?? new GrpcError(grpcCodes.Internal, "there was no answer")));
        },
      });
      const cancel = () => giveUp();
      const late = () => giveUp(new GrpcError(grpcCodes.DeadlineExceeded, "context deadline exceeded"));
      const timer = setTimeout(late, timeoutMs);
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
  }
}
