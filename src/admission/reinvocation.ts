/**
 * Plugins that change an object run once more, all of them and once only, where one of them asks for it: the others may now have something
 * to say about what it changed. One of these belongs to one request.
 */
export class Reinvocation {
  #wanted = false;
  #isAgain = false;
  #notes: Map<string, unknown> | undefined;

  /** True in the second run. */
  get isAgain(): boolean {
    return this.#isAgain;
  }

  /** Asks for a second run; without effect within it. */
  ask(): void {
    this.#wanted = true;
  }

  /** Answers whether there is to be a second run, which then begins. */
  begin(): boolean {
    if (this.#isAgain || !this.#wanted) return false;
    this.#isAgain = true;
    return true;
  }

  /** What a plugin remembers from its first run to its second. */
  notes<T>(plugin: string, make: () => T): T {
    this.#notes ??= new Map();
    if (!this.#notes.has(plugin)) this.#notes.set(plugin, make());
    return this.#notes.get(plugin) as T;
  }
}
