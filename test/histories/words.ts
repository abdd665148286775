/** How the checker's sentences name what they are about. */
import type { Change, History } from "./history.ts";

type Operation = History["operations"][number];

export const told = ({ type, key, revision, value }: Change): string => `${type} ${key}@${revision} ${value}`;

export function shown(one: Operation): string {
  if (one.kind === "list") return `list at ${one.revision}`;
  const expected = "expected" in one && one.expected !== undefined ? `@${one.expected}` : "";
  return `${one.kind} ${one.key}${expected} ${"value" in one ? one.value : ""}`.trim();
}

export function answerOf(one: Operation): string {
  if (one.kind === "list") return one.items.map(({ key, revision }) => `${key}@${revision}`).join(" ") || "nothing";
  if (one.kind === "get") return one.found ? `${one.found.revision} ${one.found.value}` : "nothing";
  return one.outcome;
}
