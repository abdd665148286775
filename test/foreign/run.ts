/**
 * `npm run foreign -- SUITE [PACKAGE…] [--assets FOLDER]`: a suite of others, from its module, built and run package by package. Needs Go.
 * `npm run foreign -- CLIENT [--sources FOLDER] [--program FILE]`: one of `clients/`.
 */
import { execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { clientSuites, runClientSuite } from "./clients/run.ts";
import { type ForeignSuite, knownReason, suites } from "./suites.ts";
import { type PackageResult, readResult } from "./test-output.ts";

const execute = promisify(execFile);
const assetsOfKubets = resolve(import.meta.dirname, "../../bin/envtest");
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kubets", "foreign");
const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Sums of modules that a module's own file lacks may be added to the copy. */
const goEnvironment = { ...process.env, GOFLAGS: "-mod=mod" };

/** A copy of the module that tests may write into; the module cache may not be. */
async function fetchModule(name: string, { module, version, prepare }: ForeignSuite): Promise<string> {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const { stdout } = await execute("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: cache });
  const made = `${folder}.new`;
  rmSync(made, { recursive: true, force: true });
  cpSync((JSON.parse(stdout) as { Dir: string }).Dir, made, { recursive: true });
  chmodSync(made, 0o755);
  for (const entry of readdirSync(made, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() || entry.name.endsWith(".sh") ? 0o755 : 0o644);
  prepare?.(made);
  // Whole or not at all.
  renameSync(made, folder);
  return folder;
}

interface TestPackage {
  readonly importPath: string;
  readonly folder: string;
}

async function listPackages(folder: string, patterns: readonly string[]): Promise<TestPackage[]> {
  const format = "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}\t{{.Dir}}{{end}}";
  const { stdout } = await execute("go", ["list", "-f", format, ...patterns], { cwd: folder, env: goEnvironment });
  const lines = stdout.split("\n").filter((line) => line.includes("\t"));
  return lines.map((line) => ({ importPath: line.split("\t")[0]!, folder: line.split("\t")[1]! }));
}

/** Answers the test program of a package. One at a time: linking takes much memory. */
async function build({ importPath, folder }: TestPackage, programs: string): Promise<string> {
  const program = join(programs, `${importPath.replaceAll("/", "_")}.test`);
  await execute("go", ["test", "-c", "-vet=off", "-o", program, "."], {
    cwd: folder,
    env: goEnvironment,
    maxBuffer: 64 << 20,
  });
  return program;
}

async function runPackage(
  one: TestPackage,
  program: string,
  options: { readonly environment: Readonly<Record<string, string>>; readonly log: string },
): Promise<PackageResult> {
  const began = Date.now();
  const child = spawn(program, ["-test.v", "-test.timeout=30m", "-ginkgo.no-color"], {
    cwd: one.folder,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(options.log);
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      log.write(part);
    });
  const status = await new Promise<number>((done) => child.on("close", (code) => done(code ?? 1)));
  log.end();
  return readResult(one.importPath, {
    status,
    output: Buffer.concat(parts).toString(),
    seconds: (Date.now() - began) / 1000,
  });
}

async function run(name: string, patterns: readonly string[], assets: string): Promise<boolean> {
  const suite = suites[name];
  if (!suite) throw new Error(`no suite ${name}: there are ${[suites, clientSuites].flatMap(Object.keys).join(", ")}`);
  const folder = await fetchModule(name, suite);
  const [programs, logs] = [join(folder, ".programs"), join(folder, ".logs")];
  for (const made of [programs, logs]) mkdirSync(made, { recursive: true });
  const packages = await listPackages(folder, patterns.length > 0 ? patterns : suite.packages);
  const results: PackageResult[] = [];
  for (const one of packages) {
    const program = await build(one, programs);
    const log = join(logs, `${one.importPath.replaceAll("/", "_")}.log`);
    const result = await runPackage(one, program, { environment: suite.environment(assets), log });
    results.push(result);
    const short = one.importPath.replace(`${suite.module}/`, "");
    print(
      `${result.ok ? "ok  " : "FAIL"} ${short}: ${result.passed} passed, ${result.failures.length} failed, ${result.skipped} skipped, ${result.seconds.toFixed(0)} s`,
    );
    for (const failure of result.failures) {
      const reason = knownReason(suite, failure);
      print(`     ${failure}${reason ? ` (known: ${reason})` : ""}`);
    }
  }
  return report(suite, results, logs);
}

function report(suite: ForeignSuite, results: readonly PackageResult[], logs: string): boolean {
  const sum = (count: (result: PackageResult) => number) => results.reduce((all, one) => all + count(one), 0);
  const news = results.filter(
    ({ ok, failures }) => !ok && (failures.length === 0 || failures.some((failure) => !knownReason(suite, failure))),
  );
  print(
    `${results.length} packages of ${suite.module}@${suite.version}: ${sum((one) => one.passed)} passed, ${sum((one) => one.failures.length)} failed, ${sum((one) => one.skipped)} skipped; logs in ${logs}`,
  );
  return news.length === 0;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    assets: { type: "string", default: assetsOfKubets },
    sources: { type: "string" },
    program: { type: "string" },
  },
});
const [name = "", ...patterns] = positionals;
const { assets, sources, program } = values;
const client = clientSuites[name];
const isGood = client
  ? runClientSuite(client, {
      ...(sources && { sources: resolve(sources) }),
      ...(program && { program: resolve(program) }),
    })
  : run(name, patterns, resolve(assets));
process.exitCode = (await isGood) ? 0 : 1;
