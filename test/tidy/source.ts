/** Reads `src/` as text: files, their imports, their functions' lengths. No parser: imports and declarations are one-line forms here. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** Repository files that it imports, types included. */
  readonly imports: readonly string[];
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s+["'](\.[^"']+)["']|(?:^|\n)\s*import\s+["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']\s*\)|new URL\(\s*["'](\.[^"']+\.ts)["']/g;

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const imports = [...text.matchAll(importPattern)].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? match[4];
    return relative(root, resolve(root, dirname(path), target!));
  });
  return { path, text, lines: text.split("\n"), imports: [...new Set(imports)] };
}

export function sourceFiles(folder: string, ending = /\.ts$/): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => read(relative(root, join(entry.parentPath, entry.name))))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

export const isTest = (path: string) => /\.(test|suite)\.ts$|\/testdata\/|\/testing\//.test(path);
export const roomOf = (path: string) => path.split("/")[1]!;

/** Import cycles as lists of paths: strongly connected components of more than one file, or a file that imports itself. */
export function cycles(files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path)!);
    stack.push(path);
    for (const next of byPath.get(path)!.imports) {
      if (!byPath.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(path, Math.min(low.get(path)!, low.get(next)!));
    }
    if (low.get(path) !== index.get(path)) return;
    const component = stack.splice(stack.indexOf(path));
    if (component.length > 1 || byPath.get(path)!.imports.includes(path)) found.push(component.sort());
  };
  for (const file of files) if (!index.has(file.path)) visit(file.path);
  return found;
}

export interface LongFunction {
  readonly path: string;
  readonly line: number;
  readonly length: number;
}

/** Functions over `ceiling` lines, by the indentation that the formatter guarantees: a header line and the line that closes it. */
export function longFunctions(file: SourceFile, ceiling: number): LongFunction[] {
  const header =
    /^(\s*)(?:export\s+)?(?:default\s+)?(?:(?:async\s+)?function\b|(?:static\s+|private\s+|protected\s+|override\s+|async\s+|get\s+|set\s+|\*)*[\w#[\].]+(?:<[^>]*>)?\([^;]*\{\s*$|(?:const|let)\s+\w+[^=]*=\s*(?:async\s*)?(?:\([^;]*|\w+)\s*=>\s*\{\s*$)/;
  return file.lines.flatMap((line, at) => {
    const match = header.exec(line);
    if (!match || /^\s*(if|for|while|switch|catch|return|else|describe|test|it)\b/.test(line)) return [];
    const close = file.lines.findIndex((other, later) => later > at && other.startsWith(`${match[1]}}`));
    const length = close < 0 ? 0 : close - at + 1;
    return length > ceiling ? [{ path: file.path, line: at + 1, length }] : [];
  });
}

/** Functions, classes and constants that a file exports and that no other file names. Types may stand exported for who reads a signature. */
export function unusedExports(files: readonly SourceFile[], others: readonly SourceFile[]): string[] {
  const named = new Map<string, number>();
  for (const { text } of [...files, ...others])
    for (const word of new Set(text.match(/[\w$]+/g))) named.set(word, (named.get(word) ?? 0) + 1);
  const exported = /^export (?:async )?(?:abstract )?(?:function\*?|class|const) ([\w$]+)/gm;
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(exported)].filter(([, name]) => named.get(name!) === 1).map(([, name]) => `${path}: ${name}`),
  );
}
