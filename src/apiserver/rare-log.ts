/** Log lines that anybody can provoke: the first at once, then how often it was the same, now and then. A flood does not fill the log. */
import type { Logger } from "pino";

type Level = "warn" | "error";

interface Told {
  readonly level: Level;
  readonly message: string;
  /** Since the last line. */
  times: number;
  fields: object;
  /** It has had its first line and the time after it: it may make room for another one. */
  isOld: boolean;
  timer?: NodeJS.Timeout;
}

/** Different things told of at a time; of many more that go on for long each has its turn. */
const mostKept = 64;
const defaultEveryMs = 10_000;

export class RareLog {
  readonly #log: Logger;
  readonly #everyMs: number;
  /** The oldest first. */
  readonly #told = new Map<string, Told>();
  #leftOut = 0;

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

  #tell(level: Level, message: string, fields: object, about: string): void {
    const key = `${level} ${message} ${about}`;
    const known = this.#told.get(key);
    if (known) {
      known.times++;
      known.fields = fields;
      return;
    }
    if (this.#told.size >= mostKept && !this.#forgetOldest()) {
      this.#leaveOut();
      return;
    }
    this.#log[level](fields, message);
    const told: Told = { level, message, times: 0, fields, isOld: false };
    this.#told.set(key, told);
    this.#sumUpLater(key, told);
  }

  #sumUpLater(key: string, told: Told): void {
    told.timer = setTimeout(() => {
      if (told.times === 0) return void this.#told.delete(key);
      this.#sumUp(told);
      told.isOld = true;
      this.#sumUpLater(key, told);
    }, this.#everyMs).unref();
  }

  #sumUp(told: Told): void {
    if (told.times > 0) this.#log[told.level]({ ...told.fields, times: told.times }, told.message);
    told.times = 0;
  }

  /** False: all are new, and telling of more would be a flood. */
  #forgetOldest(): boolean {
    const [oldest] = this.#told;
    if (!oldest?.[1].isOld) return false;
    const [key, told] = oldest;
    clearTimeout(told.timer);
    this.#sumUp(told);
    this.#told.delete(key);
    return true;
  }

  #leaveOut(): void {
    if (this.#leftOut++ > 0) return;
    setTimeout(() => {
      this.#log.warn({ times: this.#leftOut }, "more different lines were to be written than are written at a time");
      this.#leftOut = 0;
    }, this.#everyMs).unref();
  }
}
