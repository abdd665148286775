/** A component that nobody waits for: it is loaded and started after the others, beside what goes on. */
import type { Logger } from "pino";
import type { Component } from "../client/mod.ts";

export class LateComponent implements Component {
  readonly name: string;
  readonly #make: () => Promise<Component>;
  readonly #log: Logger;
  #made: Promise<Component | undefined> | undefined;

  constructor(name: string, make: () => Promise<Component>, log: Logger) {
    this.name = name;
    this.#make = make;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#made = this.#begin();
  }

  async stop(): Promise<void> {
    await (await this.#made)?.stop();
  }

  async #begin(): Promise<Component | undefined> {
    let made: Component | undefined;
    try {
      made = await this.#make();
      await made.start();
    } catch (error) {
      this.#log.error({ component: this.name, err: error }, "a component does not start");
    }
    return made;
  }
}
