/** Errors of the node room. Messages appear in events and in container statuses, so they read as upstream's do. */
export type NodeErrorCode =
  | "not-found"
  | "unavailable"
  | "deadline"
  | "unimplemented"
  | "failed"
  | "create-config"
  | "image"
  | "volume"
  | "refused";

export class NodeError extends Error {
  readonly code: NodeErrorCode;
  /** What a container's `waiting.reason` shows, where the error has one of its own. */
  readonly reason: string | undefined;

  constructor(code: NodeErrorCode, message: string, reason?: string) {
    super(message);
    this.name = "NodeError";
    this.code = code;
    this.reason = reason;
  }
}

export function isNodeError(error: unknown, code?: NodeErrorCode): error is NodeError {
  return error instanceof NodeError && (code === undefined || error.code === code);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
