/** SPDY connections as exec and port-forward clients open them. */
import { type Duplex, PassThrough } from "node:stream";
import { deflateSync } from "node:zlib";
import { servePortForward } from "../../../src/client/streaming/port-forward.ts";
import { serveSpdyCommand } from "../../../src/client/streaming/remote-command-spdy.ts";
import { encodeFrame } from "../../../src/client/streaming/spdy-frames.ts";
import { HeaderCompressor, type SpdyHeaders, spdyDictionary } from "../../../src/client/streaming/spdy-headers.ts";
import type { Random } from "../../support/random.ts";
import { fuzzConnection } from "../connection.ts";
import type { FuzzTarget } from "../target.ts";

const streams: readonly SpdyHeaders[] = [
  { streamtype: "error" },
  { streamtype: "stdin" },
  { streamtype: "stdout" },
  { streamtype: "data", port: "80", requestid: "0" },
  { streamtype: "error", port: "80", requestid: "0" },
  { streamtype: "data", port: "99999", requestid: "1" },
];

/** A dialogue by the rules, now and then against them. */
function dialogue(random: Random): Buffer {
  const compressor = new HeaderCompressor();
  const frames: Buffer[] = [];
  for (let count = 1 + random.below(12); count > 0; count--) frames.push(frame(random, compressor));
  return Buffer.concat(frames);
}

function frame(random: Random, compressor: HeaderCompressor): Buffer {
  const streamId = random.chance(0.9) ? 1 + 2 * random.below(6) : random.below(2 ** 31);
  const fin = random.chance(0.2);
  const headers = () => compressor.compress(random.pick(streams));
  const data = Buffer.alloc(random.skewed(4000), "x");
  const frames: readonly (() => Buffer)[] = [
    () => encodeFrame({ type: "syn-stream", streamId, fin, headers: headers() }),
    () => encodeFrame({ type: "syn-stream", streamId, fin, headers: headers() }),
    () => encodeFrame({ type: "data", streamId, fin, data }),
    () => encodeFrame({ type: "syn-reply", streamId, fin, headers: headers() }),
    () => encodeFrame({ type: "headers", streamId, fin, headers: headers() }),
    () => encodeFrame({ type: "rst-stream", streamId, status: random.below(12) }),
    () => encodeFrame({ type: "ping", id: streamId }),
    () => encodeFrame({ type: "goaway", lastStreamId: streamId, status: 0 }),
    () => encodeFrame({ type: "syn-stream", streamId, fin, headers: data }),
  ];
  return random.pick(frames)();
}

const bomb = deflateSync(Buffer.alloc(4 * 1024 * 1024), { dictionary: spdyDictionary });

export const spdy: FuzzTarget = {
  name: "spdy",
  seeds: [
    encodeFrame({ type: "syn-stream", streamId: 1, fin: false, headers: new HeaderCompressor().compress(streams[1]!) }),
    encodeFrame({ type: "syn-stream", streamId: 1, fin: false, headers: bomb }),
    Buffer.from([0x80, 3, 0, 4, 0, 0, 0, 4, 0, 0, 0, 0]),
  ],
  dictionary: ["\u0080\u0003\u0000\u0001", "\u0000\u0000\u0000\u0000", "streamtype", "\u0078\u0001"],
  shortRun: 300,
  generate: dialogue,
  async run(input, random) {
    const { near, give } = fuzzConnection();
    const serving = random.chance(0.5) ? command(near) : servePortForward(near, async (port) => connected(port));
    await give(input, random);
    await serving;
  },
  isExpected: () => false,
};

/** Takes what comes and answers it, until the client leaves. */
async function command(near: Duplex): Promise<void> {
  try {
    const flags = { stdin: true, stdout: true, stderr: false, tty: false };
    const served = await serveSpdyCommand(near, "v4.channel.k8s.io", flags);
    served.stdin?.pipe(served.stdout!);
    await served.closed;
  } catch (error) {
    if (!/the client left before|timed out/.test((error as Error).message)) throw error;
  }
}

function connected(port: number): Duplex {
  if (port > 1000) throw new Error("nobody listens");
  return new PassThrough();
}
