/** What every verb of the engine needs to know about the request that it serves. Free of HTTP: in-process callers make the same. */
import { formatTime } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import { abandoned } from "../errors.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface GivenOptions {
  readonly dryRun?: readonly string[];
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
}

export interface Operation {
  readonly user: User;
  /** The API group that was asked: events are served by two. */
  readonly group?: string;
  /** And its version. */
  readonly version?: string;
  /** Empty for resources without namespaces, and for lists over all. */
  readonly namespace: string;
  /** Empty for the collection. */
  readonly name: string;
  /** Empty for the resource itself. */
  readonly subresource: string;
  readonly dryRun: boolean;
  /** Owner of the fields that this request sets. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** What the request itself said of these, as CreateOptions and UpdateOptions have it. */
  readonly options?: GivenOptions;
  /** Milliseconds since the epoch, when the request came. */
  readonly now: number;
  /** Ends when the client has gone, or its time is over; made when first asked for. Absent: the server's own request. */
  signal?(): AbortSignal;
  /** Adds a Warning header to the answer. */
  warn(message: string): void;
  /** Adds to the request's audit events. */
  annotate?(key: string, value: string): void;
}

/** Throws where nobody waits for the answer any more. */
export function refuseAbandoned({ signal }: Pick<Operation, "signal">): void {
  if (signal?.().aborted) throw abandoned();
}

let lastSecond = Number.NaN;
let lastText = "";

/** Times in the API: RFC 3339 in UTC, whole seconds. Most requests of a second ask for the same one. */
export function timestamp(now: number): string {
  const second = Math.floor(now / 1000);
  if (second !== lastSecond) {
    lastText = formatTime(second * 1000);
    lastSecond = second;
  }
  return lastText;
}
