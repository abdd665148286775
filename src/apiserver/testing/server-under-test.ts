/** A whole API server on a store in memory, asked over TLS and in process. */
import https from "node:https";
import { type Logger, pino } from "pino";
import type { AdmissionPlugin } from "../../admission/mod.ts";
import { CertificateAuthority, MastersAuthorizer, type User } from "../../auth/mod.ts";
import { type Client, createClient, systemClock } from "../../client/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { openMemoryStore, type Store } from "../../store/mod.ts";
import type { Aggregation } from "../aggregation/aggregation.ts";
import { ApiServer, type ApiServerOptions } from "../api-server.ts";
import type { Audit } from "../audit/audit.ts";
import type { NamedCertificate } from "../listener.ts";
import type { Connections } from "../request/connection.ts";
import type { Identity } from "../subresource-endpoints.ts";

const authority = CertificateAuthority.create("test");
const certificate = authority.issue({ commonName: "server", alternativeNames: ["127.0.0.1"], usage: "server" });

export const admin: User = { name: "admin", groups: ["system:masters"] };
/** May do nothing. */
export const jane: User = { name: "jane", groups: ["system:authenticated"] };
const users = new Map([
  ["Bearer admin", admin],
  ["Bearer jane", jane],
]);

export interface Answer {
  readonly status: number;
  readonly headers: https.RequestOptions["headers"] & Record<string, string | string[] | undefined>;
  readonly text: string;
  /** The text as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every kind
  readonly body: any;
}

export interface Asked {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ServerUnderTest {
  readonly server: ApiServer;
  readonly store: Store;
  readonly client: Client;
  readonly url: string;
  /** PEM */
  readonly authority: string;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  stop(): Promise<void>;
}

export interface TestOptions
  extends Partial<Pick<ApiServerOptions, "legacyApis" | "serviceCidrs" | "nodePorts" | "frontProxy" | "tracing">> {
  readonly store?: Store;
  readonly admission?: readonly AdmissionPlugin[];
  readonly connections?: Connections;
  readonly aggregation?: Aggregation;
  readonly audit?: Audit;
  /** Default: none, and no tokens of service accounts. */
  readonly identity?: Identity;
  readonly named?: readonly NamedCertificate[];
  /** Default: none. */
  readonly log?: Logger;
}

export async function startServer({
  store = openMemoryStore(),
  admission = [],
  connections = new Map(),
  aggregation,
  audit,
  identity,
  named = [],
  log = pino({ enabled: false }),
  ...options
}: TestOptions = {}): Promise<ServerUnderTest> {
  const abort = new AbortController();
  const server = new ApiServer(
    {
      tls: { certificate: certificate.certificate, key: certificate.key, named },
      addresses: [{ host: "127.0.0.1", port: 0 }],
      advertise: { host: "127.0.0.1", port: 6443 },
      serviceCidrs: ["10.96.0.0/24"],
      ...options,
    },
    {
      store,
      admission,
      connections,
      ...(aggregation && { aggregation }),
      ...(audit && { audit }),
      ...(identity && { identity }),
      authenticators: [{ authenticate: async ({ headers }) => users.get(headers.authorization ?? "") }],
      authorizer: new MastersAuthorizer(),
      log,
      metrics: new Registry(),
      clock: systemClock,
      signal: abort.signal,
    },
  );
  await server.start();
  const { port } = server.addresses[0] as { readonly port: number };
  const agent = new https.Agent({ ca: authority.certificate, keepAlive: true });
  return {
    server,
    store,
    client: createClient(server.transport(admin, "test")),
    url: `https://127.0.0.1:${port}`,
    authority: authority.certificate,
    ask: (method, path, asked = {}) => ask({ agent, port, method, path }, asked),
    async stop() {
      agent.destroy();
      await server.stop();
    },
  };
}

function ask(options: https.RequestOptions, { body, type, accept, token = "admin", headers }: Asked): Promise<Answer> {
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const content = body === undefined || isText ? (body as string | Buffer | undefined) : JSON.stringify(body);
  const all = {
    authorization: `Bearer ${token}`,
    "user-agent": "test/1.0",
    ...(accept && { accept }),
    ...(content !== undefined && {
      "content-type": type ?? "application/json",
      "content-length": Buffer.byteLength(content),
    }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const request = https.request({ ...options, host: "127.0.0.1", headers: all }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parse(text) });
    });
    request.on("error", reject);
    request.end(content);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
