/** What stands where envtest looks for kube-apiserver. What it needs for its answer about its flags is all that it loads at first. */
import { flushCompileCache } from "node:module";
import { apiServerFlags } from "./api-server-flags.ts";
import { apiServerSettings } from "./api-server-settings.ts";
import { apiServerStyle } from "./api-server-style.ts";
import { FlagError, parseFlags } from "./flags.ts";

const version = "v1.36.3";

function help(): string {
  const rows = Object.entries(apiServerFlags).map(
    ([name, type]) => `      --${name}${type === "bool" ? "" : ` ${type}`}`,
  );
  return `The API server of Kubets, with the flags of kube-apiserver ${version}.\n\nUsage:\n  kube-apiserver [flags]\n\nFlags:\n${rows.join("\n")}\n`;
}

/** As upstream logs it. */
function failed(error: unknown): void {
  const text = error instanceof FlagError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`"command failed" err=${JSON.stringify(text)}\n`);
  process.exit(1);
}

async function serve(flags: ReturnType<typeof parseFlags>): Promise<void> {
  const settings = apiServerSettings(flags);
  const aborter = new AbortController();
  const asked = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  const { saveModuleSources } = await import("../processes/quick-imports.ts");
  const [{ startApiServer }, { processLog, surviveBugs }] = await Promise.all([
    import("./api-server.ts"),
    import("../process-log.ts"),
  ]);
  const log = processLog(2);
  // Who is asked to end before it works has nothing to hand over.
  const running = await Promise.race([startApiServer(settings, { log, signal: aborter.signal }), asked]);
  if (running) {
    surviveBugs(log);
    setImmediate(flushCompileCache);
    setImmediate(saveModuleSources);
    await asked;
    await running.stop();
  }
  aborter.abort();
  process.exit();
}

try {
  const flags = parseFlags(process.argv.slice(2), apiServerFlags, apiServerStyle);
  if (flags.has("help")) process.stdout.write(help());
  else if (flags.has("version")) process.stdout.write(`Kubernetes ${version}\n`);
  else await serve(flags).catch(failed);
} catch (error) {
  process.stderr.write(`Error: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
