/** What a suite of somebody else's tests is to the runner, and how it tells what came of it. */
import type { TestCluster } from "../../support/cluster.ts";

export interface ClientContext {
  /** Started for this run, with the nodes that the suite asked for. */
  readonly cluster: TestCluster;
  /** Temporary; what the suite fetches and builds goes here. */
  readonly folder: string;
  /** A checkout of the client's repository, for tests that its package does not hold. */
  readonly sources?: string;
  /** A program to use in place of one that the suite would build. */
  readonly program?: string;
}

export interface Tally {
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
}

export interface ClientSuite {
  readonly summary: string;
  /** Flags of `kubets up`. */
  readonly cluster: readonly string[];
  /** Tests that fail on upstream's API server too, with the reason. */
  readonly failsUpstream?: Readonly<Record<string, string>>;
  run(context: ClientContext): Promise<Tally>;
}

export type Check = (name: string, body: () => Promise<void>) => Promise<void>;

/** Runs checks one after the other; one that fails does not end the others. `body` gets the function that runs one. */
export async function tallyChecks(body: (check: Check) => Promise<void>): Promise<Tally> {
  const passed: string[] = [];
  const failed: { name: string; message: string }[] = [];
  await body(async (name, run) => {
    try {
      await run();
      passed.push(name);
      console.log(`ok   ${name}`);
    } catch (error) {
      failed.push({ name, message: (error as Error).message });
      console.log(`FAIL ${name}`);
    }
  });
  return { passed, failed, skipped: [] };
}

export function addTallies(...tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.flatMap(({ passed }) => passed),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}
