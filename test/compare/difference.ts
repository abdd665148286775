/** Where two answers differ, as lines for a person. */
import type { Answer } from "./server.ts";

const most = 12;

export interface Difference {
  /** `.body.message` */
  readonly path: string;
  readonly reference: unknown;
  readonly here: unknown;
}

export function differences(reference: unknown, here: unknown, path = "", found: Difference[] = []): Difference[] {
  if (found.length >= most) return found;
  if (isNested(reference) && isNested(here) && Array.isArray(reference) === Array.isArray(here)) {
    for (const key of new Set([...Object.keys(reference), ...Object.keys(here)]))
      differences(reference[key], here[key], `${path}.${key}`, found);
  } else if (reference !== here) found.push({ path, reference, here });
  return found;
}

/** Of two answers. Where one server refuses what the other does not, the rest of the bodies says nothing more. */
export function answerDifferences(reference: Answer, here: Answer): Difference[] {
  if (reference.status === here.status) return differences(reference, here);
  const told = ({ status, body }: Answer) => ({ status, message: (body as { message?: string } | null)?.message });
  return differences(told(reference), told(here));
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function printDifference({ path, reference, here }: Difference): string {
  const [theirs, ours] = [textOf(reference), textOf(here)];
  const from = Math.max(0, firstDifference(theirs, ours) - before);
  return [
    `    ${path}`,
    `      reference: ${shortened(theirs, from)}`,
    `      here:      ${shortened(ours, from)}`,
  ].join("\n");
}

const longest = 600;
/** Of a text too long to print, what comes before the first difference. */
const before = 200;

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "(absent)";
}

function firstDifference(a: string, b: string): number {
  let position = 0;
  while (position < a.length && a[position] === b[position]) position++;
  return position;
}

function shortened(text: string, from: number): string {
  if (text.length <= longest) return text;
  return `${from > 0 ? "…" : ""}${text.slice(from, from + longest)}`;
}
