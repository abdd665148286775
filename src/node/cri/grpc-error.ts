/** How a gRPC call failed. */

/** Names as Go prints them, in the order of their numbers. */
const names = [
  ...["OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists"],
  ...["PermissionDenied", "ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented"],
  ...["Internal", "Unavailable", "DataLoss", "Unauthenticated"],
];

/** Those that are told apart here. */
export const grpcCodes = {
  Cancelled: 1,
  Unknown: 2,
  DeadlineExceeded: 4,
  NotFound: 5,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
} as const;

export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: number;
  readonly details: string;

  constructor(code: number, details: string) {
    super(`rpc error: code = ${names[code] ?? `Code(${code})`} desc = ${details}`);
    this.code = code;
    this.details = details;
  }
}
