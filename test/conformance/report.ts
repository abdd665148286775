/**
 * Writes docs/conformance.md from what the official suite left: JUnit files of one or more runs, the later ones winning.
 * Usage: npm run conformance-report -- FOLDER…
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

type Outcome = "passed" | "failed";

const entities: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  amp: "&",
  lt: "<",
  gt: ">",
  "#34": '"',
  "#39": "'",
};
const decode = (text: string): string => text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** Tests are the cases named `[It] …`; the others are the suite's own set-up. */
export function outcomes(junit: string): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  for (const [, attributes = "", body = ""] of junit.matchAll(/<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = decode(/name="([^"]*)"/.exec(attributes)?.[1] ?? "");
    const status = /status="([^"]*)"/.exec(attributes)?.[1];
    if (!name.startsWith("[It] ") || status === "skipped" || /<skipped/.test(body)) continue;
    found.set(name.slice("[It] ".length), /<(failure|error)/.test(body) ? "failed" : "passed");
  }
  return found;
}

function readRuns(folders: readonly string[]): Map<string, Outcome> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^junit.*\.xml$|.*junit.*\.xml$/.test(name))
      .map((name) => join(folder, name)),
  );
  const all = new Map<string, Outcome>();
  for (const file of files) for (const [name, outcome] of outcomes(readFileSync(file, "utf8"))) all.set(name, outcome);
  return all;
}

const areaOf = (name: string): string => /^\[(sig-[\w-]+)\]/.exec(name)?.[1] ?? "other";

export function report(found: ReadonlyMap<string, Outcome>): string {
  const names = [...found.keys()].sort();
  const of = (outcome: Outcome, area?: string) =>
    names.filter((name) => found.get(name) === outcome && (area === undefined || areaOf(name) === area));
  const areas = [...new Set(names.map(areaOf))];
  const rows = areas.map((area) => `| ${area} | ${of("passed", area).length} | ${of("failed", area).length} |`);
  const list = (outcome: Outcome) => of(outcome).map((name) => `- ${name}`);
  return [
    "# Conformance",
    "",
    "The official suite of Kubernetes 1.36.3 (442 tests) on two nodes with real containers. Written by `npm run conformance-report`; no test is special-cased.",
    "",
    `${of("passed").length} passed, ${of("failed").length} failed; tests in neither list did not come to run.`,
    "",
    "| area | passed | failed |",
    "|---|---|---|",
    ...rows,
    "",
    "## Failed",
    "",
    ...list("failed"),
    "",
    "## Passed",
    "",
    ...list("passed"),
    "",
  ].join("\n");
}

if (import.meta.main) {
  const target = resolve(import.meta.dirname, "../../docs/conformance.md");
  writeFileSync(target, report(readRuns(process.argv.slice(2))));
}
