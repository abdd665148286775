/** Histories of a store that is right, made by a seed: clients whose questions overlap, crashes that leave writes unanswered. */
import type { Random } from "../support/random.ts";
import type { Change, History, List, Read, Version, Write } from "./history.ts";

export interface GenerateOptions {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  readonly watches: number;
  /** Of a step. */
  readonly crashes: number;
}

type Operation = Write | Read | List;
type Asked = { readonly kind: Operation["kind"]; readonly key: string; readonly value?: string; expected?: number };

interface Answer {
  readonly outcome?: "done" | "refused";
  readonly revision?: number;
  readonly found?: Version;
  readonly items?: readonly Version[];
}

interface Pending {
  readonly asked: Asked;
  readonly invoked: number;
  /** Once the store has done it. */
  answer?: Answer;
}

export function generate(random: Random, options: GenerateOptions): History {
  return new Generator(random, options).run();
}

class Generator {
  readonly #random: Random;
  readonly #options: GenerateOptions;
  readonly #now = new Map<string, Version>();
  readonly #log: Change[] = [];
  readonly #operations: Operation[] = [];
  readonly #pending = new Map<number, Pending>();
  readonly #known = new Map<string, number>();
  #clock = 0;
  #revision = 10;
  #values = 0;

  constructor(random: Random, options: GenerateOptions) {
    this.#random = random;
    this.#options = options;
  }

  run(): History {
    const { operations, clients, crashes, watches } = this.#options;
    while (this.#operations.length + this.#pending.size < operations) {
      if (this.#random.chance(crashes)) this.#crash();
      else this.#step(this.#random.below(clients));
    }
    this.#crash();
    const events = Array.from({ length: watches }, () => ({ from: 10, events: [...this.#log] }));
    return { operations: this.#operations, watches: events };
  }

  /** A question is asked, is done, is answered. */
  #step(client: number): void {
    const pending = this.#pending.get(client);
    if (!pending) this.#pending.set(client, { asked: this.#question(client), invoked: ++this.#clock });
    else if (pending.answer === undefined) pending.answer = this.#answer(pending.asked);
    else {
      const { asked, invoked, answer } = pending;
      this.#operations.push({ ...asked, invoked, answered: ++this.#clock, ...answer } as Operation);
      this.#learn(client, asked.key, answer);
      this.#pending.delete(client);
    }
  }

  /** Nothing under way is answered; some of it was done. */
  #crash(): void {
    for (const [client, { asked, invoked }] of this.#pending) {
      this.#pending.delete(client);
      if (asked.kind === "get" || asked.kind === "list") continue;
      this.#operations.push({ ...asked, invoked, outcome: "unknown" } as Write);
      this.#known.delete(`${client} ${asked.key}`);
    }
  }

  #question(client: number): Asked {
    const key = `k${this.#random.below(this.#options.keys)}`;
    const way = this.#random.next();
    if (way < 0.25) return { kind: "get", key };
    if (way < 0.4) return { kind: "list", key };
    const expected = this.#known.get(`${client} ${key}`);
    if (expected === undefined) return { kind: "create", key, value: `v${++this.#values}` };
    if (way < 0.85) return { kind: "update", key, value: `v${++this.#values}`, expected };
    return { kind: "delete", key, expected };
  }

  #learn(client: number, key: string, { found, revision, outcome }: Answer): void {
    const version = found?.revision ?? (outcome ? revision : undefined);
    if (version === undefined) this.#known.delete(`${client} ${key}`);
    else this.#known.set(`${client} ${key}`, version);
  }

  #answer({ kind, key, value, expected }: Asked): Answer {
    const found = this.#now.get(key);
    if (kind === "get") return found ? { found } : {};
    if (kind === "list") return { revision: this.#revision, items: [...this.#now.values()] };
    if (found?.revision !== expected) return { outcome: "refused" };
    const revision = ++this.#revision;
    if (kind === "delete") {
      this.#log.push({ type: "DELETED", key, revision, value: found!.value });
      this.#now.delete(key);
      return { outcome: "done" };
    }
    this.#log.push({ type: found ? "MODIFIED" : "ADDED", key, revision, value: value! });
    this.#now.set(key, { key, revision, value: value! });
    return { outcome: "done", revision };
  }
}
