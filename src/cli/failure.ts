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
    StatusError: (error) => statusText(error as Error & RefusedStatus),
    FailuresError: (error) => (error as FailuresError).failures.map(describe).join("\n"),
    ClusterError: (error) => `error: ${error.message}${error.hint ? `\nhint: ${error.hint}` : ""}`,
    NodeError: (error) => `error: ${error.message}`,
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

interface RefusedStatus {
  readonly reason: string;
  readonly status: {
    readonly details?: {
      readonly kind?: string;
      readonly name?: string;
      readonly causes?: readonly { readonly field?: string; readonly message?: string }[];
    };
  };
}

/** As kubectl says it: what is wrong with an object is listed. */
function statusText(error: Error & RefusedStatus): string {
  const { kind, name, causes } = error.status.details ?? {};
  if (error.reason === "Unauthorized") return `error: You must be logged in to the server (${error.message})`;
  if (error.reason !== "Invalid" || !causes?.length) return `Error from server (${error.reason}): ${error.message}`;
  const what = kind ? `The ${kind}${name ? ` ${JSON.stringify(name)}` : ""}` : "The request";
  const all = new Set(causes.map(({ field, message }) => (field ? `${field}: ${message}` : (message ?? ""))));
  const [only, ...more] = all;
  return `${what} is invalid: ${more.length === 0 ? only : [...all].map((one) => `\n* ${one}`).join("")}`;
}

/** Several things that failed, each for itself. */
class FailuresError extends Error {
  override readonly name = "FailuresError";
  readonly failures: readonly unknown[];

  constructor(failures: readonly unknown[]) {
    super(`${failures.length} failures`);
    this.failures = failures;
  }
}

/** Once everything else is done. */
export function throwAll(failures: readonly unknown[]): void {
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new FailuresError(failures);
}

/** What the person typed cannot be done as it stands. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
