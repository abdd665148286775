/** Connections with HTTP/1.1 or HTTP/2 in them: bodies are read and decoded as the API server does, and answered. */
import { pino } from "pino";
import {
  corev1,
  DecodeError,
  decodeJson,
  isStatusError,
  type KubernetesObject,
  type Message,
} from "../../../src/api/mod.ts";
import type { Exchange, UpgradeExchange } from "../../../src/apiserver/http/exchange.ts";
import { Protocols } from "../../../src/apiserver/http/protocols.ts";
import { readBody } from "../../../src/apiserver/http/read-body.ts";
import { parseRequest } from "../../../src/apiserver/request/request-info.ts";
import { refuseUpgrade } from "../../../src/client/mod.ts";
import type { Random } from "../../support/random.ts";
import { fuzzConnection } from "../connection.ts";
import type { FuzzTarget } from "../target.ts";

const failures: unknown[] = [];

async function answer(exchange: Exchange): Promise<void> {
  const text = { "content-type": "application/json" };
  try {
    const { resource } = parseRequest(exchange.method, exchange.target);
    const body = await readBody(exchange);
    if (resource && body.length > 0) decodeJson(corev1.pod as unknown as Message<KubernetesObject>, body);
    exchange.respond(200, text, body.subarray(0, 1000));
  } catch (error) {
    if (isStatusError(error) || error instanceof DecodeError) exchange.respond(400, text, Buffer.from("{}"));
    // Who is cut off in the middle of a body has the connection's own error.
    else if (exchange.signal.aborted || (error as NodeJS.ErrnoException).code !== undefined) exchange.destroy();
    else failures.push(error);
  }
}

function makeProtocols(): Protocols {
  return new Protocols({
    log: pino({ enabled: false }),
    onExchange: (exchange) => void answer(exchange),
    onUpgrade: ({ socket }: UpgradeExchange) => refuseUpgrade(socket, 400, "no"),
  });
}

let protocols: Protocols | undefined;

const server = {
  shortRun: 300,
  async setUp() {
    protocols = makeProtocols();
  },
  tearDown: async () => protocols?.stop(),
  isExpected: () => false,
};

async function serve(protocol: "h2" | "http/1.1", input: Buffer, random: Random): Promise<void> {
  const { near, give } = fuzzConnection();
  protocols!.serve(near, protocol);
  await give(input, random);
  const [failure] = failures.splice(0);
  if (failure) throw failure;
}

const pod = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}';
const request = (line: string, ...headers: readonly string[]) =>
  `${[line, "Host: x", ...headers].join("\r\n")}\r\n\r\n`;

export const http1: FuzzTarget = {
  ...server,
  name: "http1",
  seeds: [
    request("GET /api/v1/namespaces/default/pods?watch=1&limit=5 HTTP/1.1", "Accept: application/json"),
    request("POST /api/v1/namespaces/default/pods HTTP/1.1", `Content-Length: ${pod.length}`) + pod,
    `${request("PUT /apis/apps/v1/x HTTP/1.1", "Transfer-Encoding: chunked")}5\r\nhello\r\n0\r\n\r\n`,
    request("GET /api/v1/namespaces/d/pods/p/exec HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"),
    `${request("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: 3")}abc`,
    "GET / HTTP/1.0\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n",
  ],
  dictionary: [
    "\r\n",
    "\r\n\r\n",
    ": ",
    "Content-Length: ",
    "Transfer-Encoding: chunked",
    "HTTP/1.1",
    "HTTP/1.0",
    "%2e%2e/",
    "%00",
    "//",
    "?",
    "ffffffff",
    "0\r\n\r\n",
    "Connection: close",
    "Upgrade: h2c",
    "\t",
    "\u0000",
    "GET ",
    "CONNECT ",
    "PATCH ",
  ],
  run: (input, random) => serve("http/1.1", input, random),
};

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
};

function frame(type: number, flags: number, stream: number, payload: Uint8Array | readonly number[] = []): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Literal without indexing, as HPACK (RFC 7541) has it. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

function block(random: Random): Buffer {
  const path = random.pick(["/api/v1/pods", "/", "*", "/apis/apps/v1/namespaces/x/deployments?watch=1", "a"]);
  const fields = [
    literal(":method", random.pick(["GET", "POST", "x"])),
    literal(":scheme", "https"),
    literal(":path", path),
  ];
  if (random.chance(0.2)) fields.push(literal(random.pick(["te", "connection", "X", "content-length"]), "7"));
  if (random.chance(0.1)) fields.push(Buffer.from([random.below(256), random.below(256)]));
  return Buffer.concat(fields);
}

function anyFrame(random: Random): Buffer {
  const stream = random.chance(0.9) ? 1 + 2 * random.below(5) : random.below(2 ** 31);
  const body = random.chance(0.5) ? Buffer.from(pod) : Buffer.alloc(random.skewed(3000), "x");
  const frames: readonly (() => Buffer)[] = [
    () => frame(types.headers, random.pick([4, 5, 5, 0, 1, 0x2c]), stream, block(random)),
    () => frame(types.headers, random.pick([4, 5]), stream, block(random)),
    () => frame(types.data, random.pick([0, 1, 1, 8]), stream, body),
    () => frame(types.continuation, random.pick([0, 4]), stream, block(random)),
    () => frame(types.reset, 0, stream, [0, 0, 0, random.below(14)]),
    () =>
      frame(types.settings, random.pick([0, 1]), 0, [0, random.below(8), 0, 0, random.below(256), random.below(256)]),
    () => frame(types.ping, random.pick([0, 1]), 0, Buffer.alloc(8)),
    () => frame(types.window, 0, random.pick([0, stream]), [random.pick([0, 0x7f]), 255, 255, random.below(256)]),
    () => frame(types.goaway, 0, 0, Buffer.alloc(8)),
    () => frame(random.below(256), random.below(256), stream, body.subarray(0, 20)),
  ];
  return random.pick(frames)();
}

export const http2: FuzzTarget = {
  ...server,
  name: "http2",
  seeds: [Buffer.concat([preface, frame(types.settings, 0, 0), frame(types.headers, 5, 1, [0x82, 0x87, 0x84])])],
  dictionary: ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0000\u0000\u0000\u0004\u0000", "\u0000\u0000\u0001"],
  generate: (random) =>
    Buffer.concat([
      preface,
      frame(types.settings, 0, 0),
      ...Array.from({ length: 1 + random.below(10) }, () => anyFrame(random)),
    ]),
  run: (input, random) => serve("h2", input, random),
};
