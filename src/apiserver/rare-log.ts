/** Log lines that anybody can provoke: the first at once, then how often it was the same, now and then. A flood does not fill the log. */
import type { Logger } from "pino";

interface Told {
  /** Since the last line. */
  times: number;
  fields: object;
}

/** Different things told of at a time; more are told when others have been forgotten. */
const mostKept = 64;
const defaultEveryMs = 10_000;

export class RareLog {
  readonly #log: Logger;
  readonly #everyMs: number;
  readonly #told = new Map<string, Told>();

  constructor(log: Logger, everyMs = defaultEveryMs) {
    this.#log = log;
    this.#everyMs = everyMs;
  }

  /** `about`: what lets lines of the same message count apart; of few values. */
  warn(message: string, fields: object, about = ""): void {
    this.#tell("warn", message, fields, about);
  }

  error(message: string, fields: object, about = ""): void {
    this.#tell("error", message, fields, about);
  }

  #tell(level: "warn" | "error", message: string, fields: object, about: string): void {
    const key = `${level} ${message} ${about}`;
    const told = this.#told.get(key);
    if (told) {
      told.times++;
      told.fields = fields;
    } else if (this.#told.size < mostKept) {
      this.#log[level](fields, message);
      this.#told.set(key, { times: 0, fields });
      this.#sumUp(level, message, key);
    }
  }

  #sumUp(level: "warn" | "error", message: string, key: string): void {
    const timer = setTimeout(() => {
      const told = this.#told.get(key);
      if (!told || told.times === 0) return void this.#told.delete(key);
      this.#log[level]({ ...told.fields, times: told.times }, message);
      told.times = 0;
      this.#sumUp(level, message, key);
    }, this.#everyMs);
    timer.unref();
  }
}
