/** What is asked of both servers: cases of requests, read from JSON. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expandFamily, type Family } from "./family.ts";

export interface Step {
  /** Default GET. */
  readonly method?: string;
  readonly path: string;
  /** An object is sent as JSON, a string as it stands. */
  readonly body?: unknown;
  /** Content type of the body; default JSON. */
  readonly type?: string;
  readonly accept?: string;
  /** The user to ask as; "" is nobody. Default: the administrator. */
  readonly as?: string;
  /** Beside those that the other parts make, or in their place. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Asked again until the answer's body, its keys in order, contains this; ten seconds at most. */
  readonly until?: string;
  /** Paths into the answer that may differ: `body.items`, `warning`. */
  readonly ignore?: readonly string[];
  /** What the step is about, where the request does not tell. */
  readonly note?: string;
}

/**
 * `{ns}` in a path or a body is a namespace that is made for the case on both servers, `{1.metadata.uid}` what the first step was answered
 * there by each.
 */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

const here = import.meta.dirname;

function jsonFiles(folder: string): string[] {
  const names = readdirSync(join(here, folder)).filter((name) => name.endsWith(".json"));
  return names.sort().map((name) => join(here, folder, name));
}

/** The cases of one file: a list of cases, or of families. Throws with the file's name where it cannot be read. */
export function readCases(file: string): Case[] {
  try {
    const entries = JSON.parse(readFileSync(file, "utf8")) as (Case | Family)[];
    return entries.flatMap((entry) => ("steps" in entry ? [entry] : expandFamily(entry)));
  } catch (cause) {
    throw new Error(`cannot read cases of ${file}`, { cause });
  }
}

export function allCaseFiles(): string[] {
  return [...jsonFiles("cases"), ...jsonFiles("families")];
}
