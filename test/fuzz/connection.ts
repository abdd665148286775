/** One end of a connection for the decoder, the other for the input, which comes in pieces and then ends. */
import { type Duplex, duplexPair } from "node:stream";
import type { Random } from "../support/random.ts";

export interface FuzzConnection {
  /** For the decoder. */
  readonly near: Duplex;
  /** Resolves when the decoder has taken all there is and has nothing more to say. */
  give(input: Buffer, random: Random): Promise<void>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Turns of the event loop in which a decoder that has not closed its end may still do so. */
const patience = 50;

export function fuzzConnection(): FuzzConnection {
  const [near, far] = duplexPair() as [Duplex, Duplex];
  far.on("error", () => {});
  near.on("error", () => {});
  far.resume();
  return { near, give: (input, random) => give(near, far, { input, random }) };
}

async function give(near: Duplex, far: Duplex, { input, random }: { input: Buffer; random: Random }): Promise<void> {
  for (let at = 0; at < input.length && !far.destroyed && far.writable; ) {
    const length = random.chance(0.6) ? input.length : 1 + random.skewed(input.length);
    far.write(input.subarray(at, at + length));
    at += length;
    await turn();
  }
  if (far.writable) far.end();
  for (let turns = 0; turns < patience && !near.destroyed; turns++) await turn();
  near.destroy();
  far.destroy();
  await turn();
}
