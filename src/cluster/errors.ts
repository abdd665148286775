/** What can keep a cluster from starting or stopping, each with one sentence and, where there is one, a hint. */
export type ClusterErrorCode =
  | "bad-option"
  | "no-root"
  | "missing-program"
  | "port-taken"
  | "already-exists"
  | "not-found"
  | "not-ready"
  | "process-failed"
  | "no-space"
  | "unwritable"
  | "bad-kubeconfig";

export class ClusterError extends Error {
  override readonly name = "ClusterError";
  readonly code: ClusterErrorCode;
  readonly hint: string | undefined;

  constructor(code: ClusterErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** Turns what the operating system says about a folder or a socket into a sentence; other errors pass through. */
export function explain(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC")
    return new ClusterError(
      "no-space",
      `there is no space left for ${what}`,
      "free some disk, or name another folder with --data",
      { cause: error },
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOENT")
    return new ClusterError(
      "unwritable",
      `${what} cannot be written`,
      "name another folder with --data, or run as root",
      { cause: error },
    );
  if (code === "ENOTDIR" || code === "EEXIST")
    return new ClusterError(
      "unwritable",
      `${what} cannot be made: a file is in the way`,
      "name another folder with --data",
      { cause: error },
    );
  return error;
}
