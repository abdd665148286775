/** Asks two API servers the same and prints where they answer differently; the first is the reference. See README.md. */
import { parseArgs } from "node:util";
import { allCaseFiles, type Case, readCases, type Step } from "./case.ts";
import { answerDifferences, printDifference } from "./difference.ts";
import { Server } from "./server.ts";
import { type ServerUnderTest, startServer, targetOf } from "./under-test.ts";
import { WireCodec } from "./wire-codec.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: "string" },
    server: { type: "string" },
    only: { type: "string", default: "" },
    show: { type: "boolean", default: false },
    protobuf: { type: "string" },
  },
});

const print = (text: string) => void process.stdout.write(`${text}\n`);

interface Pair {
  readonly reference: Server;
  readonly here: Server;
}

/** Answers the number of requests that were answered differently. */
async function runCase(asked: Case, namespace: string, { reference, here }: Pair): Promise<number> {
  const known = { namespace, sent: JSON.stringify(asked.steps) };
  await Promise.all([reference.open(namespace), here.open(namespace)]);
  let failed = 0;
  for (const [position, step] of asked.steps.entries()) {
    const [theirs, ours] = await Promise.all([reference.askUntil(step, known), here.askUntil(step, known)]);
    if (values.show) print(`${title(asked, position, step)}\n    ${JSON.stringify(theirs)}`);
    if (theirs.status === 0) {
      print(`UNANSWERED ${title(asked, position, step)}`);
      continue;
    }
    const found = answerDifferences(theirs, ours);
    if (found.length === 0) continue;
    failed++;
    print(`DIFFERS ${[title(asked, position, step), ...found.map(printDifference)].join("\n")}`);
  }
  await Promise.all([reference.close(namespace), here.close(namespace)]);
  return failed;
}

function title(asked: Case, position: number, { method = "GET", path, note }: Step): string {
  return `${asked.name}, ${position + 1}: ${method} ${path}${note ? ` (${note})` : ""}`;
}

async function runAll(pair: Pair): Promise<boolean> {
  const wanted = new RegExp(values.only);
  const files = positionals.length > 0 ? positionals : allCaseFiles();
  const cases = files.flatMap(readCases).filter(({ name }) => wanted.test(name));
  let [requests, failed] = [0, 0];
  for (const [position, asked] of cases.entries()) {
    failed += await runCase(asked, `compare-${process.pid}-${position}`, pair);
    requests += asked.steps.length;
  }
  print(`${cases.length} cases, ${requests} requests, ${failed} answered differently`);
  return failed === 0;
}

if (values.against === undefined) throw new Error("which server is the reference? --against URL,TOKEN");
const underTest: ServerUnderTest = values.server ? targetOf(values.server) : await startServer();
const wire = values.protobuf === undefined ? undefined : new WireCodec(values.protobuf);
const pair = { reference: new Server(targetOf(values.against), wire), here: new Server(underTest, wire) };
try {
  process.exitCode = (await runAll(pair)) ? 0 : 1;
} finally {
  pair.reference.disconnect();
  pair.here.disconnect();
  wire?.stop();
  await underTest.stop?.();
}
