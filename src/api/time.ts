/** Times as the API has them: RFC 3339 in UTC, in whole seconds or in microseconds. */
import { inOnePiece } from "./one-piece.ts";
import { timeProblem } from "./time-problem.ts";

/** Thrown for a text that is no time; the words are upstream's. */
export class TimeError extends Error {
  override readonly name = "TimeError";
}

/** `2026-01-02T03:04:05Z`, from milliseconds since the epoch. */
export function formatTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const day = Math.floor(seconds / daySeconds);
  const rest = seconds - day * daySeconds;
  if (day !== lastDay.number) lastDay = { number: day, text: dayText(day) };
  const [hours, minutes] = [twoDigits[Math.floor(rest / 3600)], twoDigits[Math.floor(rest / 60) % 60]];
  return inOnePiece(`${lastDay.text}T${hours}:${minutes}:${twoDigits[rest % 60]}Z`);
}

const daySeconds = 86_400;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));
/** Most times that a server prints are of one day. */
let lastDay = { number: 0, text: "1970-01-01" };

function dayText(day: number): string {
  return new Date(day * daySeconds * 1000).toISOString().slice(0, 10);
}

/** `2026-01-02T03:04:05.678000Z`, from milliseconds since the epoch. */
export function formatMicroTime(milliseconds: number): string {
  return inOnePiece(`${new Date(milliseconds).toISOString().slice(0, 23)}000Z`);
}

/** Milliseconds since the epoch. Throws `TimeError`. */
export function parseTime(text: string, kind: "time" | "microTime" = "time"): number {
  const problem = timeProblem(text, kind);
  if (problem !== undefined) throw new TimeError(problem);
  return Date.parse(text);
}

const canonicalTime = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/;

/** The time as the API prints it. Throws `TimeError`. */
export function canonicalizeTime(text: string): string {
  return canonicalTime.test(text) ? text : formatTime(parseTime(text));
}

/** The time to the microsecond as the API prints it. Throws `TimeError`. */
export function canonicalizeMicroTime(text: string): string {
  const seconds = formatTime(parseTime(text, "microTime")).slice(0, 19);
  const fraction = /\.([0-9]+)/.exec(text)?.[1] ?? "";
  return inOnePiece(`${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}Z`);
}
