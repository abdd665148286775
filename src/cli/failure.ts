/** How the command says that it failed: one sentence, a hint where there is one, exit status 1. Bugs show their stack. */

import { StatusError } from "../api/mod.ts";
import { ClusterError } from "../cluster/mod.ts";

export function fail(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${describe(error)}\n`);
}

function describe(error: unknown): string {
  if (error instanceof ClusterError)
    return [`error: ${error.message}`, ...(error.hint ? [`hint: ${error.hint}`] : [])].join("\n");
  if (error instanceof StatusError) return `Error from server (${error.reason}): ${error.message}`;
  if (error instanceof UsageError) return `error: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What the person typed cannot be done as it stands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
