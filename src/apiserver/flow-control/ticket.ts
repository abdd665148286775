/** A request that wants or has seats of a priority level. */
import type { User } from "../../auth/mod.ts";
import type { RequestInfo } from "../request/request-info.ts";
import type { Queueable } from "./fair-queues.ts";

/** In upstream's words: they are labels of a metric. */
export type Refusal = "concurrency-limit" | "queue-full" | "time-out" | "cancelled";

export interface Ticket extends Queueable {
  readonly schema: { readonly name: string; readonly level: { readonly name: string } };
  readonly user: User;
  readonly info: RequestInfo;
  /** What tells flows of one schema apart: a user, a namespace, or nothing. */
  readonly distinguisher: string;
  readonly width: number;
  /** Of a write: seats that stay taken when it is over, while watchers are told. */
  readonly afterwards: { readonly seats: number; readonly milliseconds: number } | undefined;
  /** Seconds, on the clock of the level. */
  readonly arrived: number;
  started: number;
  queue: number;
  wake?: () => void;
  fail?: (error: Error) => void;
}
