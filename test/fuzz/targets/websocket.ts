/** WebSockets after their handshake: exec channels, channels of ports, the tunnel with SPDY inside. */
import type { IncomingMessage } from "node:http";
import { type Duplex, PassThrough } from "node:stream";
import { acceptPortForward, acceptRemoteCommand } from "../../../src/client/streaming/accept.ts";
import type { UpgradeRequest } from "../../../src/client/streaming/upgrade.ts";
import type { Random } from "../../support/random.ts";
import { fuzzConnection } from "../connection.ts";
import type { FuzzTarget } from "../target.ts";
import { spdy } from "./spdy.ts";

const protocols = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "base64.channel.k8s.io",
  "SPDY/3.1+portforward.k8s.io",
  "",
];

function frame(random: Random, payload: Buffer): Buffer {
  const opcode = random.pick([1, 2, 2, 2, 0, 8, 9, 10, 3]);
  const first = (random.chance(0.9) ? 0x80 : 0) | (random.chance(0.03) ? 0x40 : 0) | opcode;
  const mask = random.chance(0.95) ? Buffer.from([1, 2, 3, 4]) : undefined;
  const length = random.chance(0.97) ? payload.length : random.below(2 ** 31);
  const head = length < 126 ? [first, length] : [first, 126, (length >> 8) & 0xff, length & 0xff];
  head[1]! |= mask ? 0x80 : 0;
  const masked = mask ? Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]!)) : payload;
  return Buffer.concat([Buffer.from(head), mask ?? Buffer.alloc(0), masked]);
}

function payload(random: Random): Buffer {
  if (random.chance(0.2)) return Buffer.from(spdy.generate!(random) as Buffer).subarray(0, 60_000);
  const channel = random.pick([0, 1, 3, 4, 255, 0x30, 0x34, 9]);
  const rest = random.pick([
    "",
    "x",
    "aGVsbG8=",
    '{"Width":80,"Height":24}',
    "{",
    "\u0000",
    "x".repeat(random.skewed(2000)),
  ]);
  return Buffer.concat([Buffer.from([channel]), Buffer.from(rest)]);
}

export const websocket: FuzzTarget = {
  name: "websocket",
  seeds: [
    Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0]),
    Buffer.from([0x88, 0x82, 0, 0, 0, 0, 3, 0xe8]),
    Buffer.from([0x89, 0x80, 0, 0, 0, 0]),
  ],
  dictionary: ["\u0081", "\u0082", "\u0088", "\u0001", "\u007f", "\u007e"],
  shortRun: 300,
  generate: (random) =>
    Buffer.concat(Array.from({ length: 1 + random.below(8) }, () => frame(random, payload(random)))),
  async run(input, random) {
    const { near, give } = fuzzConnection();
    const head = random.chance(0.3) ? input.subarray(0, random.below(input.length + 1)) : Buffer.alloc(0);
    const upgrade = upgradeOf(near, head, random.pick(protocols));
    const serving = random.chance(0.5)
      ? command(upgrade)
      : acceptPortForward(upgrade, async () => new PassThrough(), [80, 81]);
    await give(input.subarray(head.length), random);
    await serving;
  },
  isExpected: () => false,
};

function upgradeOf(socket: Duplex, head: Buffer, protocol: string): UpgradeRequest {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
    ...(protocol && { "sec-websocket-protocol": protocol }),
  };
  return { request: { method: "GET", url: "/", headers } as unknown as IncomingMessage, socket, head };
}

async function command(upgrade: UpgradeRequest): Promise<void> {
  const served = await acceptRemoteCommand(upgrade, { stdin: true, stdout: true, stderr: false, tty: true });
  if (!served) return;
  served.stdin?.pipe(served.stdout!);
  void (async () => {
    for await (const _size of served.sizes as AsyncIterable<unknown>);
  })().catch(() => {});
  await served.closed;
}
