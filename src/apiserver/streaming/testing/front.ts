/** A real listener before the streaming connections, and a real node agent behind them: TLS on loopback, nothing between. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { CertificateAuthority } from "../../../auth/mod.ts";
import { acceptPortForward, acceptRemoteCommand, type ConnectPort, commandExited } from "../../../client/mod.ts";
import { toStatusError } from "../../errors.ts";
import type { Exchange, UpgradeExchange } from "../../http/exchange.ts";
import { Listener } from "../../listener.ts";
import type { Connections } from "../../request/connection.ts";
import { refuseUpgrade } from "../../request/refuse-upgrade.ts";
import { parseRequest } from "../../request/request-info.ts";

export function certificates() {
  const authority = CertificateAuthority.create("test");
  const names = ["127.0.0.1", "localhost"];
  const server = authority.issue({ commonName: "server", alternativeNames: names, usage: "server" });
  const client = authority.issue({ commonName: "apiserver", usage: "client" });
  const credentials = {
    certificateAuthority: authority.certificate,
    clientCertificate: () => client,
  };
  return { authority: authority.certificate, server, credentials };
}

type Certificates = ReturnType<typeof certificates>;

const packedPage = { "content-type": "text/html; charset=utf-8", "content-encoding": "gzip" };

/** Answers `echo` of what it is asked; `cat` of the standard input. */
export async function startAgent({ authority, server }: Certificates, connectPort: ConnectPort) {
  const seen: string[] = [];
  const agent = createServer({ cert: server.certificate, key: server.key, ca: authority, requestCert: true });
  agent.on("request", (request, response) => {
    seen.push(request.url!);
    if (request.url!.startsWith("/missing")) response.writeHead(400).end("no such log");
    else if (request.url!.startsWith("/moved")) response.writeHead(302, { location: "/elsewhere?a=b" }).end();
    else if (request.url === "/page") response.writeHead(200, packedPage).end(gzipSync('<a href="/x">to ü</a>'));
    else if (request.url!.startsWith("/containerLogs")) response.end("line 1\nline 2\n");
    else {
      response.writeHead(200, { "content-type": "application/json", "x-agent": "yes", connection: "close" });
      const { method, url, headers } = request;
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => response.end(JSON.stringify({ method, url, headers, body })));
    }
  });
  agent.on("upgrade", async (request, socket, head) => {
    seen.push(request.url!);
    if (request.url!.startsWith("/portForward")) return acceptPortForward({ request, socket, head }, connectPort);
    const query = new URL(request.url!, "https://agent").searchParams;
    const flags = { stdin: query.has("input"), stdout: query.has("output"), stderr: query.has("error"), tty: false };
    const command = await acceptRemoteCommand({ request, socket, head }, flags);
    if (!command) return;
    for await (const part of command.stdin ?? []) command.stdout?.write(part);
    await command.finish(commandExited(Number(query.getAll("command").at(-1) ?? 0)));
  });
  await new Promise<void>((resolve) => agent.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    agent.closeAllConnections();
    agent.close();
  };
  return { port: (agent.address() as AddressInfo).port, seen, stop };
}

const user = { name: "jane", groups: [] };

export async function startFront({ server }: Certificates, connections: Connections) {
  const find = (target: string, method: string) => {
    const { resource: request, query } = parseRequest(method, target);
    return { request: request!, query, handler: connections.get(`${request!.resource}/${request!.subresource}`)! };
  };
  const onExchange = (exchange: Exchange) => {
    const { handler, ...rest } = find(exchange.target, exchange.method);
    handler({ user, ...rest, via: { type: "exchange", exchange } }).catch((error: unknown) => {
      const { code, status } = toStatusError(error);
      exchange.respond(code, { "content-type": "application/json" }, Buffer.from(JSON.stringify(status)));
    });
  };
  const onUpgrade = (exchange: UpgradeExchange) => {
    const { handler, ...rest } = find(exchange.target, exchange.method);
    handler({ user, ...rest, via: { type: "upgrade", exchange } }).catch((error: unknown) =>
      refuseUpgrade(exchange.socket, toStatusError(error)),
    );
  };
  const listener = new Listener({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    tls: { certificate: server.certificate, key: server.key },
    log: pino({ enabled: false }),
    onExchange,
    onUpgrade,
  });
  const [address] = await listener.start();
  return { url: `https://127.0.0.1:${(address as { port: number }).port}`, stop: () => listener.stop() };
}
