/**
 * Long YAML is read beside the event loop: the reader takes some 20 µs a line, so that three mebibytes would hold everybody else for seconds. A
 * thread is started when it is first needed and ended when it has had nothing to do for a while; its memory is bounded by its own.
 */
import { Worker } from "node:worker_threads";
import { DecodeError } from "./decode-error.ts";
import type { YamlText } from "./yaml.ts";
import type { YamlAnswer } from "./yaml-worker.ts";

const restMs = 30_000;
const resourceLimits = { maxOldGenerationSizeMb: 1024 };
/** Three mebibytes of the worst shape take some fifteen seconds of a processor. */
const defaultLongestMs = 30_000;
/** In characters. The worst shape of this length takes little more than a second. */
const longText = 256 * 1024;

export interface YamlThreadOptions {
  /** How long one text may be read; those behind it wait for it. Default half a minute. */
  readonly longestMs?: number;
}

interface Waiting {
  readonly text: string;
  resolve(answer: YamlAnswer): void;
}

/** Two threads, so that nobody waits for a longer text of somebody else's but who sends a long one as well. */
export class YamlThreads {
  readonly #short = new YamlThread();
  readonly #long = new YamlThread();

  read(text: string): Promise<() => YamlText> {
    return (text.length < longText ? this.#short : this.#long).read(text);
  }
}

export class YamlThread {
  readonly #longestMs: number;
  #worker: Worker | undefined;
  /** Until it ends for want of work, or, where there is work, for want of an answer. */
  #timer: NodeJS.Timeout | undefined;
  /** Answers come in the order of the questions. */
  #waiting: Waiting[] = [];

  constructor(options: YamlThreadOptions = {}) {
    this.#longestMs = options.longestMs ?? defaultLongestMs;
  }

  /** As `parseYamlText`, when it is read; what it answers throws `DecodeError` where the text is no YAML. */
  async read(text: string): Promise<() => YamlText> {
    const { json, duplicates = [], problem } = await this.#ask(text);
    if (json === undefined) return () => fail(problem ?? "yaml: cannot be read");
    return () => ({ value: JSON.parse(json), duplicates });
  }

  #ask(text: string): Promise<YamlAnswer> {
    return new Promise((resolve) => this.#send({ text, resolve }));
  }

  #send(waiting: Waiting): void {
    this.#worker ??= this.#start();
    this.#waiting.push(waiting);
    this.#worker.postMessage(waiting.text);
    if (this.#waiting.length === 1) this.#expect();
  }

  /** The first that waits is being read from now on. */
  #expect(): void {
    clearTimeout(this.#timer);
    const worker = this.#worker!;
    this.#timer = setTimeout(() => {
      void worker.terminate();
      this.#ended(worker, "document takes too long");
    }, this.#longestMs).unref();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./yaml-worker.ts", import.meta.url), { resourceLimits });
    worker.unref();
    worker.on("message", (answer: YamlAnswer) => this.#worker === worker && this.#answered(answer));
    worker.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      this.#ended(worker, code === "ERR_WORKER_OUT_OF_MEMORY" ? "document takes too much memory" : message),
    );
    return worker;
  }

  #answered(answer: YamlAnswer): void {
    this.#waiting.shift()?.resolve(answer);
    if (this.#waiting.length > 0) {
      this.#expect();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rest(), restMs).unref();
  }

  #rest(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** By the text that is being read; those behind it go to a new thread. */
  #ended(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    const [first, ...others] = this.#waiting;
    this.#waiting = [];
    first?.resolve({ problem: `yaml: ${why}` });
    for (const other of others) this.#send(other);
  }
}

function fail(problem: string): never {
  throw new DecodeError(problem);
}
