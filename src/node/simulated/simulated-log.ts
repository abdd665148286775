/** The log of a container that is not there: what its command is known to print, kept in memory. */
import type { LogOptions } from "../runtime/contract.ts";

interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** A container that prints without end does not fill the memory. */
const maximumLines = 1000;

export class SimulatedLog {
  readonly #lines: Line[] = [];
  #readers: Set<() => void> | undefined;

  add(at: number, text: string): void {
    this.#lines.push({ at, text });
    if (this.#lines.length > maximumLines) this.#lines.shift();
    this.changed();
  }

  /** Wakes those who follow: there is more, or there will be no more. */
  changed(): void {
    for (const wake of this.#readers ?? []) wake();
  }

  /** `running` tells whether more may come. */
  async *read(options: LogOptions, running: () => boolean, signal: AbortSignal): AsyncIterable<Uint8Array> {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    let position = this.#start(options);
    for (;;) {
      const more = running();
      for (; position < this.#lines.length && left > 0; position++) {
        const shown = Buffer.from(render(this.#lines[position]!, options)).subarray(0, left);
        left -= shown.length;
        if (shown.length > 0) yield shown;
      }
      if (!options.follow || !more || left <= 0 || signal.aborted) return;
      await this.#wait(signal);
    }
  }

  #start({ tailLines, sinceMs }: LogOptions): number {
    const since = sinceMs === undefined ? 0 : this.#lines.findIndex(({ at }) => at >= sinceMs);
    if (since < 0) return this.#lines.length;
    return tailLines === undefined ? since : Math.max(since, this.#lines.length - tailLines);
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#readers?.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#readers ??= new Set();
      this.#readers.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}

function render({ at, text }: Line, { timestamps, stream }: LogOptions): string {
  if (stream === "stderr") return "";
  return timestamps ? `${new Date(at).toISOString().replace("Z", "000000Z")} ${text}` : text;
}
