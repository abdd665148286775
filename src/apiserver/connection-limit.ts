/** How many connections a process may hold: each takes a file descriptor, and the store, the logs and what it starts need some as well. */
import { readFileSync } from "node:fs";

export interface ConnectionLimit {
  /** Open at a time, together. */
  readonly connections: number;
  /** Files that the process may have open; undefined where the system does not say. */
  readonly descriptors?: number;
  /** The files are the narrower bound. */
  readonly lowered: boolean;
}

const mostConnections = 16_000;
/** What is left for everything else: a quarter, at most so many. */
const reserve = 1_000;

/** `limits`: the text of `/proc/self/limits`. Node raises the soft limit to the hard one when it starts. */
export function connectionLimit(limits = readLimits()): ConnectionLimit {
  const found = /^Max open files +(\d+)/m.exec(limits)?.[1];
  if (found === undefined) return { connections: mostConnections, lowered: false };
  const descriptors = Number(found);
  const room = descriptors - Math.min(reserve, Math.ceil(descriptors / 4));
  return { connections: Math.min(mostConnections, room), descriptors, lowered: room < mostConnections };
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    // Not Linux.
    return "";
  }
}
