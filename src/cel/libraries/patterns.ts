/** Regular expressions in RE2's syntax, in time that grows with the text and not with its tricks. */
import { createRequire } from "node:module";
import type { RE2JS } from "re2js";
import { EvaluationError } from "../values/value.ts";

const load = createRequire(import.meta.url);

/** Loaded for the first pattern. */
const engine = () => (load("re2js") as typeof import("re2js")).RE2JS;

const kept = 500;
const compiled = new Map<string, RE2JS>();

/** Throws where it is no pattern. */
function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  if (compiled.size >= kept) compiled.clear();
  try {
    const made = engine().compile(pattern);
    compiled.set(pattern, made);
    return made;
  } catch (error) {
    throw new EvaluationError((error as Error).message);
  }
}

export function matches(text: string, pattern: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}

/** The first place that matches, or the empty string. */
export function find(text: string, pattern: string): string {
  const matcher = compilePattern(pattern).matcher(text);
  return matcher.find() ? (matcher.group() ?? "") : "";
}

/** At most `limit` places where that is not negative. */
export function findAll(text: string, pattern: string, limit: number): string[] {
  const found: string[] = [];
  const matcher = compilePattern(pattern).matcher(text);
  while ((limit < 0 || found.length < limit) && matcher.find()) found.push(matcher.group() ?? "");
  return found;
}
