/** What a Go test program printed with `-test.v`, counted: plain tests, and Ginkgo's specs where a test is a Ginkgo suite. */
export interface PackageResult {
  readonly importPath: string;
  readonly ok: boolean;
  readonly passed: number;
  readonly skipped: number;
  /** Names of specs and tests. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

export interface TestRun {
  readonly status: number;
  readonly output: string;
  readonly seconds: number;
}

export function readResult(importPath: string, { status, output, seconds }: TestRun): PackageResult {
  const specs = /(\d+) Passed \| (\d+) Failed \| (\d+) Pending \| (\d+) Skipped/g;
  const counts = Array.from(output.matchAll(specs), ([, ...found]) => found.map(Number));
  const count = (at: number) => counts.reduce((sum, found) => sum + (found[at] ?? 0), 0);
  const plain = (word: string) =>
    Array.from(output.matchAll(new RegExp(`^\\s*--- ${word}: (\\S+)`, "gm")), ([, name]) => name!);
  // A suite of specs is one test too: its specs are counted instead.
  const suites = counts.length;
  const failedSpecs = Array.from(output.matchAll(/^\s*\[(?:FAIL|PANICKED!|TIMEDOUT)\] (.+)$/gm), ([, name]) => name!);
  const failures = failedSpecs.length > 0 ? failedSpecs : leaves(plain("FAIL"));
  return {
    importPath,
    ok: status === 0,
    passed: count(0) + Math.max(0, plain("PASS").length - (status === 0 ? suites : 0)),
    skipped: count(2) + count(3) + plain("SKIP").length,
    failures: [...new Set(failures)],
    seconds,
  };
}

/** Without the tests that failed because one inside them did. */
const leaves = (names: readonly string[]): string[] =>
  names.filter((name) => !names.some((other) => other.startsWith(`${name}/`)));
