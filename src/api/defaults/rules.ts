/** How a default is written down: a message, and what is filled in where one of it stands. */
import { isShared } from "../object.ts";
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

/** Of a kind, in one of its parts: one that is shared with a stored object has them. */
export function defaultsOfPart<T extends object, K extends keyof T>(
  message: Message<T>,
  name: K,
  set: (part: NonNullable<T[K]>, object: T) => void,
): DefaultRule {
  return defaultsOf(message, (object) => {
    const part = object[name];
    if (part !== undefined && part !== null && !isShared(part)) set(part, object);
  });
}
