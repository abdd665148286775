/** Suites of clients in other languages: each is set up in a temporary folder and run against a cluster started for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestCluster } from "../../support/cluster.ts";
import { helm } from "./helm.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import type { ClientContext, ClientSuite, Tally } from "./suite.ts";

export const clientSuites: Readonly<Record<string, ClientSuite>> = { python, javascript, helm };

/** Answers how many failed that should not have. */
function tell(suite: ClientSuite, { passed, failed, skipped }: Tally): number {
  const reasons = suite.failsUpstream ?? {};
  const [known, unknown] = [
    failed.filter(({ name }) => name in reasons),
    failed.filter(({ name }) => !(name in reasons)),
  ];
  for (const { name } of known) console.log(`fails on upstream too: ${name}: ${reasons[name]}`);
  for (const { name, message } of unknown) console.log(`failed: ${name}\n${message.replace(/^/gm, "    ")}`);
  console.log(`${passed.length} passed, ${unknown.length} failed, ${skipped.length + known.length} skipped`);
  return unknown.length;
}

/** Answers whether nothing failed that does not fail on upstream, too. */
export async function runClientSuite(
  suite: ClientSuite,
  given: Omit<ClientContext, "cluster" | "folder">,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-foreign-"));
  const cluster = await TestCluster.start(...suite.cluster);
  try {
    return tell(suite, await suite.run({ cluster, folder, ...given })) === 0;
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
