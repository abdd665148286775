/**
 * How the command says that it failed: one sentence, a hint where there is one, exit status 1. Bugs show their stack. Errors are known by
 * their name, because importing the rooms that throw them would load the whole of Kubets for each command.
 */

export function fail(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${describe(error)}\n`);
}

/** Errors of other rooms that a person can do something about, with what to print. */
const known: Readonly<Record<string, (error: Error & { readonly reason?: string; readonly hint?: string }) => string>> =
  {
    StatusError: (error) => `Error from server (${error.reason}): ${error.message}`,
    ClusterError: (error) => `error: ${error.message}${error.hint ? `\nhint: ${error.hint}` : ""}`,
    KubeconfigError: (error) => `error: ${error.message}`,
    UsageError: (error) => `error: ${error.message}`,
  };

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const words = known[error.name];
  if (words) return words(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNREFUSED")
    return `The connection to the server was refused - did you specify the right host or port?\n${error.message}`;
  return error.stack ?? error.message;
}

/** What the person typed cannot be done as it stands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
