/**
 * Gives a decoder a long sequence of inputs made from a seed, and notes which of them it takes badly: an error that is none of its own, a
 * promise rejected behind its back, a broken property, more than 100 ms, memory that grows. Inputs whose answer has a shape that was not seen
 * before are kept and changed further, so that the sequence finds its way into the decoder without being told its paths.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Random } from "../support/random.ts";
import { mutate, mutateJson } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

export const slowMs = 100;
const defaultBytes = 16 * 1024;
const mostKept = 2000;
/** What a decoder may hold on to over a run, in caches and compiled forms. */
const heapGrowthBytes = 96 * 1024 * 1024;

export interface Finding {
  readonly problem: string;
  readonly input: Buffer;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were kept because their answer was new. */
  readonly kept: number;
  readonly accepted: number;
  readonly slowestMs: number;
  readonly heapGrowthBytes: number;
  readonly findings: readonly Finding[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Stops after so many. Default 10. */
  readonly mostFindings?: number;
  /** Told of each input before it is run: what is in hand when the process hangs or dies. */
  onInput?(input: Buffer): void;
}

const corpusFolder = join(import.meta.dirname, "corpus");

/** Inputs that found something once, by target. */
export function corpusOf(name: string): Buffer[] {
  const folder = join(corpusFolder, name);
  try {
    return readdirSync(folder).map((file) => readFileSync(join(folder, file)));
  } catch {
    return [];
  }
}

export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const stray: unknown[] = [];
  const onStray = (error: unknown) => stray.push(error);
  process.on("unhandledRejection", onStray).on("uncaughtException", onStray);
  try {
    await target.setUp?.();
    return await new Run(target, options, stray).all();
  } finally {
    await target.tearDown?.();
    process.off("unhandledRejection", onStray).off("uncaughtException", onStray);
  }
}

class Run {
  readonly #target: FuzzTarget;
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #stray: unknown[];
  /** Where it began. */
  readonly #given: readonly Buffer[];
  readonly #pool: Buffer[];
  readonly #shapes = new Set<string>();
  readonly #findings: Finding[] = [];
  readonly #problems = new Set<string>();
  #accepted = 0;
  #slowestMs = 0;

  constructor(target: FuzzTarget, options: FuzzOptions, stray: unknown[]) {
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#stray = stray;
    this.#given = [...target.seeds.map((seed) => Buffer.from(seed as string)), ...corpusOf(target.name)];
    this.#pool = [...this.#given];
  }

  async all(): Promise<FuzzReport> {
    const known = this.#pool.length;
    const { inputs, mostFindings = 10 } = this.#options;
    let heapBytes = 0;
    let count = 0;
    for (; count < inputs && this.#findings.length < mostFindings; count++) {
      const input = count < known ? this.#pool[count]! : this.#make();
      await this.#one(input);
      // By then caches are filled and everything is compiled.
      if (count === Math.floor(inputs / 4)) heapBytes = await heapInUse();
    }
    const grown = heapBytes === 0 ? 0 : (await heapInUse()) - heapBytes;
    if (grown > heapGrowthBytes) this.#note(`the heap grew by ${grown} bytes`, Buffer.alloc(0));
    return {
      inputs: count,
      kept: this.#pool.length - known,
      accepted: this.#accepted,
      slowestMs: this.#slowestMs,
      heapGrowthBytes: grown,
      findings: this.#findings,
    };
  }

  #make(): Buffer {
    const { dictionary, isJson, maxBytes = defaultBytes } = this.#target;
    const random = this.#random;
    const made = this.#target.generate && random.chance(0.33) ? this.#target.generate(random) : undefined;
    if (made !== undefined && random.chance(0.5)) return Buffer.from(made as string).subarray(0, maxBytes);
    const pick = () => random.pick(random.chance(0.3) ? this.#given : this.#pool);
    const [base, other] = [made === undefined ? pick() : Buffer.from(made as string), pick()];
    const changed = isJson && random.chance(0.6) ? changeJson(base, other, random, dictionary) : undefined;
    return (changed ?? mutate(base, random, { dictionary, other, maxBytes })).subarray(0, maxBytes);
  }

  async #one(input: Buffer): Promise<void> {
    this.#options.onInput?.(input);
    const tookMs = await this.#take(input);
    if (tookMs <= slowMs) return this.#noteTime(tookMs);
    // What is slow in truth, and not because code was compiled or garbage collected, is slow every time.
    const again = [await this.#take(input), await this.#take(input), await this.#take(input)];
    const leastMs = Math.min(tookMs, ...again);
    this.#noteTime(leastMs);
    if (leastMs > slowMs) this.#note(`an input took ${Math.round(leastMs)} ms`, input);
  }

  #noteTime(tookMs: number): void {
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
  }

  async #take(input: Buffer): Promise<number> {
    const { run, isExpected } = this.#target;
    const began = processorMs();
    let shape = "accepted";
    try {
      const done = run.call(this.#target, input, new Random(input.length));
      if (done) await done;
      this.#accepted++;
    } catch (error) {
      if (isExpected(error)) shape = shapeOf(error);
      else this.#note(describe(error), input);
    }
    const tookMs = processorMs() - began;
    for (const error of this.#stray.splice(0)) this.#note(`behind its back: ${describe(error)}`, input);
    this.#keep(shape, input);
    return tookMs;
  }

  #keep(shape: string, input: Buffer): void {
    const isNew = shape !== "accepted" && !this.#shapes.has(shape);
    if (this.#pool.length >= mostKept || input.length > 4096) return;
    // Of what is accepted some is kept, too: good inputs with rare parts lead further.
    if (!isNew && !(shape === "accepted" && this.#random.chance(0.002))) return;
    this.#shapes.add(shape);
    this.#pool.push(Buffer.from(input));
  }

  #note(problem: string, input: Buffer): void {
    // By where it comes from: the same mistake has many messages.
    const frames = problem
      .match(/\n {4}at .*/g)
      ?.slice(0, 3)
      .join("");
    const shape = frames ?? problem.replace(/\d+/g, "0").slice(0, 60);
    if (this.#problems.has(shape)) return;
    this.#problems.add(shape);
    this.#findings.push({ problem, input });
  }
}

function changeJson(base: Buffer, other: Buffer, random: Random, words: readonly string[]): Buffer | undefined {
  try {
    const donor: unknown = JSON.parse(other.toString());
    let value: unknown = JSON.parse(base.toString());
    for (let count = 1 + random.below(3); count > 0; count--) value = mutateJson(value, random, words, donor);
    return Buffer.from(JSON.stringify(value));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A message without what differs from input to input. */
function shapeOf(error: unknown): string {
  const [line = ""] = (error as Error).message.slice(0, 2000).split("\n", 1);
  return line
    .replace(/"(?:[^"\\]|\\.)*"|'[^']*'|\(.*|`[^`]*`/gs, "")
    .replace(/[^a-z :]+/gi, "")
    .slice(0, 100);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).slice(0, 3000) : String(error);
}

/** Time that this thread had, not time that went by: the machine may be busy with other things. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

let collect: (() => void) | undefined;

async function heapInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  collect ??= runInNewContext("gc") as () => void;
  // What a first round finds unused beside the heap, connections for one, lets go of its objects; the second takes those.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
