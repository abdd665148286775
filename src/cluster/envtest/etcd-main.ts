/**
 * What stands where envtest looks for etcd. It owns the life of a data folder and answers what etcd is asked about its health; the API server
 * that it is named to opens the store in that folder itself.
 */
import { mkdirSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { nodeHttp } from "../../client/node-http.ts";
import { type EtcdSettings, etcdFlags, etcdSettings, etcdStyle } from "./etcd-flags.ts";
import { FlagError, parseFlags } from "./flags.ts";
import { storePath } from "./store-address.ts";

const version = "3.6.8";

function answers({
  dataFolder,
  durable,
}: EtcdSettings): Readonly<Record<string, readonly [type: string, body: string]>> {
  const json = (value: unknown) => ["application/json", JSON.stringify(value)] as const;
  const folder = join(resolve(dataFolder), "member", "kubets");
  return {
    "/health": json({ health: "true", reason: "" }),
    "/livez": ["text/plain; charset=utf-8", "ok\n"],
    "/readyz": ["text/plain; charset=utf-8", "ok\n"],
    "/version": json({ etcdserver: version, etcdcluster: "3.6.0" }),
    [storePath]: json({ folder, durable }),
  };
}

function listen(settings: EtcdSettings): void {
  const pages = answers(settings);
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const page = pages[request.url?.split("?")[0] ?? ""];
    response.writeHead(page ? 200 : 404, { "content-type": page?.[0] ?? "text/plain; charset=utf-8" });
    response.end(page?.[1] ?? "404 page not found\n");
  };
  for (const address of settings.listen) {
    const server = nodeHttp.createServer(onRequest);
    server.on("error", (error) => fail(error.message, 1));
    // One that was left behind by a process that was killed; etcd does the same.
    if ("path" in address) rmSync(address.path, { force: true });
    server.listen(address);
  }
}

function fail(message: string, status: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(status);
}

function help(): string {
  const names = Object.keys(etcdFlags).map((name) => `  --${name}`);
  return `Usage:\n\n  etcd [flags]\n    Start the store of an API server of Kubets.\n\n${names.join("\n")}\n`;
}

function run(): void {
  const flags = parseFlags(process.argv.slice(2), etcdFlags, etcdStyle);
  if (flags.has("help") || flags.has("h")) return void process.stdout.write(help());
  if (flags.has("version")) return void process.stdout.write(`etcd Version: ${version}\n`);
  const settings = etcdSettings(flags);
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit());
  listen(settings);
}

try {
  run();
} catch (error) {
  fail((error as Error).message, error instanceof FlagError ? 2 : 1);
}
