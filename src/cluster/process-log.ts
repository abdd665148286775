/** The log of a process: lines of JSON to its standard output, or to a file. */
import pino, { type Logger } from "pino";

/** Bytes that wait for a disk to have room again; what comes later is lost. */
const waitingBytes = 256 * 1024;

/** `destination` is a descriptor or a path. A disk that is full costs lines of the log and nothing else. */
export function processLog(destination: number | string = 1): Logger {
  const stream = pino.destination({ dest: destination, mode: 0o600, sync: true, maxLength: waitingBytes });
  // Unheard, it would be an uncaught error, and that would be logged.
  stream.on("error", () => {});
  // The cause of an error stands beside it: pino's usual form writes its message after that of the error, which mostly says it already.
  const serializers = { err: pino.stdSerializers.errWithCause };
  return pino({ level: process.env["KUBETS_LOG"] ?? "info", serializers }, stream);
}

/** A bug in one component is loud in the log and does not end the process. For one that works: before, an error is to end it. */
export function surviveBugs(log: Logger): void {
  process.on("uncaughtException", (error) => log.error({ err: error }, "uncaught exception"));
  process.on("unhandledRejection", (reason) => log.error({ err: reason }, "unhandled rejection"));
}
