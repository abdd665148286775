/** Reads a container's log file: from the end or from a time, to the end or on and on, across rotations. */
import { watch } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { LogOptions } from "../runtime/contract.ts";
import { type LogLine, parseLogLine, renderLogLine } from "./log-line.ts";

const chunkBytes = 64 * 1024;
const newlineByte = 0x0a;
/** A change is told by inotify; this is how often the end of the container and a rotation are looked for. */
const followPollMs = 500;

export interface LogSource {
  /** Whether more may still be written. */
  running(): Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Offset at which the last `count` lines begin. */
async function tailOffset(file: FileHandle, count: number): Promise<number> {
  const { size } = await file.stat();
  let found = 0;
  const buffer = Buffer.alloc(chunkBytes);
  for (let end = size; end > 0; end = Math.max(0, end - chunkBytes)) {
    const start = Math.max(0, end - chunkBytes);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    for (let i = bytesRead - 1; i >= 0; i--) {
      if (buffer[i] !== newlineByte || start + i === size - 1) continue;
      found++;
      if (found === count) return start + i + 1;
    }
  }
  return count === 0 ? size : 0;
}

/** Reads whole lines from where it stands; keeps a line's beginning until its end is there. */
class LineReader {
  readonly file: FileHandle;
  #position: number;
  #rest: Buffer = Buffer.alloc(0);
  readonly #chunk = Buffer.alloc(chunkBytes);

  constructor(file: FileHandle, position: number) {
    this.file = file;
    this.#position = position;
  }

  /** Lines without their newlines; empty at the end of the file. */
  async next(): Promise<Buffer[]> {
    const lines: Buffer[] = [];
    while (lines.length === 0) {
      const { bytesRead } = await this.file.read(this.#chunk, 0, chunkBytes, this.#position);
      if (bytesRead === 0) return lines;
      this.#position += bytesRead;
      this.#split(Buffer.concat([this.#rest, this.#chunk.subarray(0, bytesRead)]), lines);
    }
    return lines;
  }

  #split(text: Buffer, lines: Buffer[]): void {
    let start = 0;
    for (let end = text.indexOf(newlineByte); end >= 0; end = text.indexOf(newlineByte, start)) {
      lines.push(text.subarray(start, end));
      start = end + 1;
    }
    this.#rest = text.subarray(start);
  }
}

/** Chooses and renders lines, and counts what is left of the limit. */
class LineFilter {
  readonly #options: LogOptions;
  #left: number;
  #atLineStart = true;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  get exhausted(): boolean {
    return this.#left <= 0;
  }

  render(lines: readonly Buffer[]): Buffer {
    const parts: Buffer[] = [];
    for (const raw of lines) {
      const line = parseLogLine(raw);
      if (line === undefined || !this.#wanted(line)) continue;
      parts.push(renderLogLine(line, this.#options.timestamps === true, this.#atLineStart));
      this.#atLineStart = !line.partial;
    }
    const text = Buffer.concat(parts);
    const shown = text.length > this.#left ? text.subarray(0, this.#left) : text;
    this.#left -= shown.length;
    return shown;
  }

  #wanted(line: LogLine): boolean {
    const { stream, sinceMs } = this.#options;
    if (stream !== undefined && line.stream !== stream) return false;
    return sinceMs === undefined || Date.parse(line.timestamp) >= sinceMs;
  }
}

/** Resolves when the file changes, at the latest after `followPollMs`, or when the reader gives up. */
function changed(path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, followPollMs);
    signal.addEventListener("abort", done, { once: true });
    const watcher = watchQuietly(path, done);
  });
}

function watchQuietly(path: string, listener: () => void) {
  try {
    return watch(path, { persistent: false }, listener).on("error", listener);
  } catch {
    return undefined; // The file is being rotated; the timer looks again.
  }
}

/** The file that stands at `path` now, where it is another than the one being read. */
async function rotatedFile(path: string, current: FileHandle): Promise<FileHandle | undefined> {
  const [here, there] = await Promise.all([current.stat(), stat(path).catch(() => undefined)]);
  if (there === undefined || there.ino === here.ino) return undefined;
  return open(path, "r");
}

export async function* readLog(path: string, options: LogOptions, source: LogSource): AsyncIterable<Uint8Array> {
  let file = await open(path, "r");
  try {
    const filter = new LineFilter(options);
    const start = options.tailLines === undefined ? 0 : await tailOffset(file, options.tailLines);
    let reader = new LineReader(file, start);
    let last = false;
    while (!source.signal.aborted && !filter.exhausted) {
      const lines = await reader.next();
      if (lines.length > 0) {
        const text = filter.render(lines);
        if (text.length > 0) yield text;
        continue;
      }
      const next = await rotatedFile(path, file);
      if (next !== undefined) {
        await file.close();
        file = next;
        reader = new LineReader(file, 0);
        continue;
      }
      if (!options.follow || last) return;
      // Read once more after the container's end, for what was written just before it.
      last = !(await source.running());
      if (!last) await changed(path, source.signal);
    }
  } finally {
    await file.close();
  }
}
