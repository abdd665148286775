/** Fuzzes one target in a thread of its own, which says what it is at. */
import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "../fuzz/fuzzer.ts";
import { targets } from "../fuzz/targets.ts";
import type { Job } from "./fuzz.ts";

const { job, shared } = workerData as { job: Job; shared: SharedArrayBuffer };
const hand = Buffer.from(shared);
const target = targets.find(({ name }) => name === job.target)!;
const report = await fuzz(target, {
  seed: job.seed,
  inputs: job.inputs,
  onInput: (input) => {
    hand.writeUInt32LE((hand.readUInt32LE(0) + 1) >>> 0, 0);
    hand.writeUInt32LE(Math.min(input.length, hand.length - 8), 4);
    input.copy(hand, 8);
  },
});
parentPort!.postMessage(report);
