/**
 * Gives memory back to the system after a burst. V8 keeps what it has grown to until it collects again, and a quiet process has no reason to;
 * the C library keeps what was freed, the system what was read of mapped files. A control plane would hold twice what it needs for hours.
 */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { giveMappedPages } from "../../store/mapped-pages.ts";
import { freePagesGiver } from "./free-pages.ts";

export interface ProcessMemory {
  /** Processor time of this process so far, in microseconds. */
  processorTime(): number;
  /** What V8 has taken from the system, and what of that is in use, in bytes. */
  heap(): { readonly taken: number; readonly used: number };
  /** From the next collection on garbage may come to so much of what is in use, in percent, before there is another. */
  limitGarbage(percent: number): void;
  /** Whether V8 may collect by itself when little is allocated, as thoroughly as `collectAll`. */
  reduceByItself(may: boolean): void;
  /** Collects what nobody refers to any more: holds the process for 1 to 1.5 ms a MiB that is left. Little goes back to the system. */
  sweep(): void;
  /** Collects everything and compacts: holds the process for 3 to 4 ms a MiB that is left. */
  collect(): void;
  /** And also the shapes that no object has at the moment, and compiled code that knows them. */
  collectAll(): void;
  /** Collects young objects only, for a few ms: V8 makes their room smaller where little has been allocated lately. */
  collectYoung(): void;
  /** All of the process that is in memory, in bytes. */
  resident(): number;
  /** Pages of the C library's heaps with nothing in use go back, and what was read of mapped files: up to half a millisecond a MiB. */
  giveFreePages(): void;
}

const everyMs = 5000;
/** Microseconds of a processor: a process that has only started has no compiled code that is worth to be kept. */
const warmAfter = 3_000_000;
/** Of a processor, in the last interval: more, and somebody waits for this process. */
const quietShare = 0.1;
/**
 * A collection takes the shapes of whatever does not live in a pause, requests first of all, and the compiled code that knows them: the next
 * thousands of requests cost a quarter more. Until a process has been quiet for so long, another burst is likely to come soon.
 */
const patienceMs = 120_000;
/** Thousands of simulated nodes never let it be quiet: up to here free pages go back all the same, where they are likely to be many. */
const calmShare = 0.5;
/** More in use would hold the process for longer than 0.3 s, which a request may just wait: what is no longer in use goes first. */
const maximumCollected = 96 * 1024 * 1024;
/** More in use, and even that would; V8's own, slower way has to do. */
const maximumSwept = 256 * 1024 * 1024;
/**
 * Garbage that may come together before V8 collects, in percent of what is in use, by how much is in use: its own choice, the fastest, is three
 * times as much. V8 hardly gives back what it has once taken, so the first limit is low. Each collection has two threads busy for a twentieth of a
 * second and holds the process for 15 ms, so where little is in use more may come: at 100 percent a process under load made one a second. Half as
 * much from 144 MiB on was tried: 65 MiB less with 5,000 pods, for a third more of processor time.
 */
const garbageLimits = [
  { inUse: 128 * 1024 * 1024, percent: 100 },
  { inUse: 48 * 1024 * 1024, percent: 150 },
] as const;
/** After which V8 collects by itself where little has been allocated since a collection. */
const defaultReduceMs = 8000;
/** Three weeks. */
const neverMs = 2_000_000_000;
/** Less is not worth a collection. */
const worthwhile = 16 * 1024 * 1024;
/** Less is not worth to hold a process that has something to do. */
const worthwhileAtWork = 64 * 1024 * 1024;

export class GiveBack {
  readonly #memory: ProcessMemory;
  #processorTime: number;
  #quietMs = 0;
  /** After the last collection, or less where young objects were collected since. */
  #taken = 0;
  /** After the last collection of young objects; 0 where one is due. */
  #takenYoung = 0;
  /** In use after the last sweep. */
  #swept = 0;
  /** In percent; the lowest so far. */
  #garbageLimit = Number.POSITIVE_INFINITY;
  #reducesItself = true;
  /** After free pages were last given back. */
  #resident = 0;

  constructor(memory: ProcessMemory = thisProcess()) {
    this.#memory = memory;
    this.#processorTime = memory.processorTime();
  }

  start(): void {
    setInterval(() => this.look(), everyMs).unref();
  }

  /** Asked at the end of each interval. */
  look(): void {
    this.#limitGarbageWhereLarge();
    this.#leaveToV8WhereLarge();
    const share = (this.#memory.processorTime() - this.#processorTime) / (everyMs * 1000);
    this.#quietMs = share < quietShare ? this.#quietMs + everyMs : 0;
    if (share < quietShare) this.#collectWhereWorthwhile();
    if (share < calmShare) this.#giveFreePages(share < quietShare ? worthwhile : worthwhileAtWork);
    this.#processorTime = this.#memory.processorTime();
  }

  #limitGarbageWhereLarge(): void {
    const { used } = this.#memory.heap();
    const limit = garbageLimits.find(({ inUse }) => used >= inUse);
    if (limit === undefined || limit.percent >= this.#garbageLimit) return;
    this.#garbageLimit = limit.percent;
    this.#memory.limitGarbage(limit.percent);
  }

  /** Decided while the process is busy: what V8 has put on its list of things to do stays there. */
  #leaveToV8WhereLarge(): void {
    const may = this.#processorTime < warmAfter || this.#memory.heap().used > maximumSwept;
    if (may === this.#reducesItself) return;
    this.#reducesItself = may;
    this.#memory.reduceByItself(may);
  }

  #collectWhereWorthwhile(): void {
    const isCold = this.#processorTime < warmAfter;
    if (!isCold) this.#collectYoungWhereWorthwhile();
    const { taken, used } = this.#memory.heap();
    if (taken < this.#taken + worthwhile || (!isCold && this.#quietMs < patienceMs)) return;
    if (used <= maximumCollected) {
      if (isCold) this.#memory.collectAll();
      else this.#memory.collect();
      this.#taken = this.#memory.heap().taken;
      // The young generation still has its room, and the threads that free buffers are still at it.
      this.#takenYoung = 0;
    } else if (used <= maximumSwept && used >= this.#swept + worthwhile) {
      // What is left may be little enough to be collected at the next look.
      this.#memory.sweep();
      this.#swept = this.#memory.heap().used;
    }
  }

  /** Takes no shapes and no code. */
  #collectYoungWhereWorthwhile(): void {
    if (this.#memory.heap().taken < this.#takenYoung + worthwhile) return;
    this.#memory.collectYoung();
    this.#takenYoung = this.#memory.heap().taken;
    this.#taken = Math.min(this.#taken, this.#takenYoung);
    this.#resident = 0;
  }

  #giveFreePages(least: number): void {
    if (this.#memory.resident() < this.#resident + least) return;
    this.#memory.giveFreePages();
    this.#resident = this.#memory.resident();
  }
}

type Collector = (options: { type: "major" | "minor"; execution: "sync"; flavor: "regular" | "last-resort" }) => void;

function thisProcess(): ProcessMemory {
  let collector: Collector | undefined;
  let giver: (() => void) | undefined;
  let reducesItself = true;
  // When V8 collects again by itself, decided after each collection. Its flag --no-memory-reducer is read at the start only.
  const reduceAfter = (delayMs: number) => setFlagsFromString(`--memory-reducer-delay-ms=${delayMs}`);
  const run = (type: "major" | "minor", flavor: "regular" | "last-resort" = "regular") => {
    collector ??= exposedCollector();
    // Told of the collection, V8 would do it once more eight seconds later, maybe in the midst of the next burst.
    reduceAfter(neverMs);
    collector({ type, execution: "sync", flavor });
    if (reducesItself) reduceAfter(defaultReduceMs);
  };
  const compact = () => {
    setFlagsFromString("--compact-on-every-full-gc");
    run("major");
    setFlagsFromString("--no-compact-on-every-full-gc");
  };
  return {
    processorTime: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    heap: () => {
      const { total_heap_size: total, used_heap_size: used, external_memory: external } = getHeapStatistics();
      return { taken: total + external, used };
    },
    // Read by V8 after each collection. Not on the command line: it would make starts slower.
    limitGarbage: (percent) => setFlagsFromString(`--heap-growing-percent=${percent}`),
    reduceByItself: (may) => {
      reducesItself = may;
      reduceAfter(may ? defaultReduceMs : neverMs);
    },
    sweep: () => run("major"),
    collect: compact,
    // Compacts by itself. The next thousands of requests take one and a half times as long: everything is compiled anew.
    collectAll: () => run("major", "last-resort"),
    collectYoung: () => run("minor"),
    resident: () => process.memoryUsage.rss(),
    giveFreePages: () => {
      giver ??= freePagesGiver();
      giver();
      giveMappedPages();
    },
  };
}

/** V8 shows it to new contexts only, and to those made before the flag not at all. Where it shows none nothing is collected from here. */
function exposedCollector(): Collector {
  setFlagsFromString("--expose-gc");
  const collector = runInNewContext("globalThis.gc") as Collector | undefined;
  setFlagsFromString("--no-expose-gc");
  return collector ?? (() => {});
}
