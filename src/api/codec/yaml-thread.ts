/**
 * Long YAML is read beside the event loop: the reader takes some 20 µs a line, so that three mebibytes would hold everybody else for seconds. One
 * thread, started when it is first needed and ended when it has had nothing to do for a while; its memory is bounded by its own.
 */
import { Worker } from "node:worker_threads";
import { DecodeError } from "./decode-error.ts";
import type { YamlText } from "./yaml.ts";
import type { YamlAnswer } from "./yaml-worker.ts";

const restMs = 30_000;
const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 64 };

interface Waiting {
  readonly text: string;
  resolve(answer: YamlAnswer): void;
}

export class YamlThread {
  #worker: Worker | undefined;
  #resting: NodeJS.Timeout | undefined;
  /** Answers come in the order of the questions. */
  #waiting: Waiting[] = [];

  /** As `parseYamlText`, when it is read; what it answers throws `DecodeError` where the text is no YAML. */
  async read(text: string): Promise<() => YamlText> {
    const { json, duplicates = [], problem } = await this.#ask(text);
    if (json === undefined) return () => fail(problem ?? "yaml: cannot be read");
    return () => ({ value: JSON.parse(json), duplicates });
  }

  #ask(text: string): Promise<YamlAnswer> {
    clearTimeout(this.#resting);
    return new Promise((resolve) => this.#send({ text, resolve }));
  }

  #send(waiting: Waiting): void {
    this.#worker ??= this.#start();
    this.#waiting.push(waiting);
    this.#worker.postMessage(waiting.text);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./yaml-worker.ts", import.meta.url), { resourceLimits });
    worker.unref();
    worker.on("message", (answer: YamlAnswer) => this.#answered(answer));
    worker.on("error", (error: NodeJS.ErrnoException) => this.#ended(worker, error));
    return worker;
  }

  #answered(answer: YamlAnswer): void {
    this.#waiting.shift()?.resolve(answer);
    if (this.#waiting.length === 0) this.#resting = setTimeout(() => this.#rest(), restMs).unref();
  }

  #rest(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** By a text that takes more memory than the thread may have; those behind it go to a new thread. */
  #ended(worker: Worker, { code, message }: NodeJS.ErrnoException): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const [first, ...others] = this.#waiting;
    this.#waiting = [];
    const problem = code === "ERR_WORKER_OUT_OF_MEMORY" ? "yaml: document takes too much memory" : `yaml: ${message}`;
    first?.resolve({ problem });
    for (const other of others) this.#send(other);
  }
}

function fail(problem: string): never {
  throw new DecodeError(problem);
}
