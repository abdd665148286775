/**
 * What was once read of a mapped file stays in a process and counts as its memory, though the system keeps the file's content in any case. LMDB
 * reads that way: after a start, and after compactions, nearly all of its file is there. Where nobody takes the pages, the process gives them back.
 *
 * Nothing is lost by it: such a mapping is shared with the file and only read (LMDB writes by `pwrite`), so the next read, by whichever thread and
 * in the midst of whatever transaction, finds the same page of the system's. Linux only; elsewhere nothing is done.
 */
import { readFileSync, realpathSync } from "node:fs";

/** `MADV_DONTNEED`. */
const notNeeded = 4;
/** Of files, in a process: less is not worth a call. */
const worthwhileBytes = 32 * 1024 * 1024;
/** Between two times: who reads pages in no order would fetch them again and again. */
const restMs = 1000;
/** So many things read or removed are likely to have brought pages. */
const manyTouched = 1000;

interface System {
  /** Pages of files that are in this process, in bytes. */
  resident(): number;
  give(): void;
  /** Milliseconds that only go on. */
  now(): number;
}

/** Gives pages of one file back while it is read. */
export class MappedPages {
  readonly #system: System;
  #touched = 0;
  #resident: number;
  #givenAt = Number.NEGATIVE_INFINITY;

  /** Made before the file is opened. */
  constructor(file: string, system: System = thisProcess(file)) {
    this.#system = system;
    this.#resident = system.resident();
  }

  /** So many entries were read, written or removed. */
  touch(count: number): void {
    this.#touched += count;
    if (this.#touched < manyTouched) return;
    this.#touched = 0;
    if (this.#system.now() - this.#givenAt < restMs) return;
    if (this.#system.resident() < this.#resident + worthwhileBytes) return;
    this.#system.give();
    this.#resident = this.#system.resident();
    this.#givenAt = this.#system.now();
  }
}

const thisProcess = (file: string): System => ({
  resident: residentOfFiles,
  give: () => giveMappedPages(file),
  now: () => performance.now(),
});

/** 0 where it cannot be told. */
function residentOfFiles(): number {
  try {
    const [, kibibytes] = /^RssFile:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/**
 * Gives back the pages of `file`, or of all files that are mapped to be read and shared; holds the process for a tenth of a millisecond a MiB. No
 * other thread may end such a mapping meanwhile.
 */
export function giveMappedPages(file?: string): void {
  try {
    const path = file === undefined ? undefined : realpathSync(file);
    for (const { address, bytes } of mappings(path)) advise()(address, bytes, notNeeded);
  } catch {
    // Another system, or another build of Node: the pages stay.
  }
}

type Advise = (address: bigint, bytes: bigint, advice: number) => number;
let known: Advise | undefined;

function advise(): Advise {
  if (known) return known;
  // Absent in older versions of Node and in some builds.
  const ffi = process.getBuiltinModule("node:ffi");
  const { functions } = ffi.dlopen(null, {
    madvise: { arguments: ["uint64", "uint64", "int32"], return: "int32" },
  });
  known = functions.madvise as Advise;
  return known;
}

interface Mapping {
  readonly address: bigint;
  readonly bytes: bigint;
}

/** As the kernel tells them: `from-to r--s offset device inode  /path`. */
function mappings(path: string | undefined): Mapping[] {
  const lines = readFileSync("/proc/self/maps", "utf8").matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) r--s \S+ \S+ \d+ +(\/.*)$/gm,
  );
  return [...lines].flatMap(([, from, to, mapped]) => {
    if (path !== undefined && path !== mapped) return [];
    const address = BigInt(`0x${from}`);
    return [{ address, bytes: BigInt(`0x${to}`) - address }];
  });
}
