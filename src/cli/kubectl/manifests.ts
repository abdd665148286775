/** Objects from `-f`: files, folders, standard input; YAML with several documents, JSON, and lists. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";
import { UsageError } from "../failure.ts";
import type { AnyObject } from "./resource-types.ts";

const extensions = new Set([".json", ".yaml", ".yml"]);

function filesOf(path: string, recursive: boolean): string[] {
  if (!statSync(path, { throwIfNoEntry: false })) throw new UsageError(`the path "${path}" does not exist`);
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return recursive ? filesOf(inner, recursive) : [];
    return extensions.has(extname(entry.name)) ? [inner] : [];
  });
}

export interface Manifest {
  readonly object: AnyObject;
  /** The file, or `STDIN`. */
  readonly source: string;
}

/** YAML 1.1, as every manifest has been read since 2014: `on` and `yes` are booleans, `0o17` is not a number. */
function documents(source: string, content: string): Manifest[] {
  return parseAllDocuments(content, { version: "1.1", merge: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`error parsing ${source}: ${error.message.split("\n")[0]!.replace(/:$/, "")}`);
    const value = document.toJS() as AnyObject | null;
    return value === null ? [] : flatten(source, value);
  });
}

function flatten(source: string, value: AnyObject): Manifest[] {
  const problem = (text: string) =>
    new UsageError(
      `error validating "${source}": error validating data: ${text}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  if (typeof value !== "object") throw problem("it is no object");
  const missing = ["apiVersion", "kind"].filter((key) => !value[key]).map((key) => `${key} not set`);
  if (missing.length > 0) throw problem(missing.length > 1 ? `[${missing.join(", ")}]` : missing[0]!);
  if (!value.kind!.endsWith("List") || !Array.isArray(value["items"])) return [{ object: value, source }];
  return (value["items"] as AnyObject[]).flatMap((item) => flatten(source, item));
}

export async function readManifests(paths: readonly string[], recursive: boolean): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const path of paths) {
    if (path === "-") found.push(...documents("STDIN", await text(process.stdin)));
    else for (const file of filesOf(path, recursive)) found.push(...documents(file, readFileSync(file, "utf8")));
  }
  return found;
}
