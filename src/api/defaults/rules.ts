/** How a default is written down: a message, and what is filled in where one of it stands. */
import type { Message } from "../schema/types.ts";

/**
 * `set` fills in what is absent. It runs on objects in canonical form, outer messages before inner ones, and must answer the same when it runs
 * again on its own result.
 */
export interface DefaultRule {
  readonly message: Message;
  readonly set: (object: object) => void;
}

export function defaultsOf<T extends object>(message: Message<T>, set: (object: T) => void): DefaultRule {
  return { message, set: set as (object: object) => void };
}
