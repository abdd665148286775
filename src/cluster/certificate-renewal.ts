/** Keeps certificates from ending: a new one is used before the old one is over, and no connection is broken for it. */
import type { Logger } from "pino";
import type { KeyPair } from "../auth/mod.ts";
import type { Clock, Component } from "../client/mod.ts";

export interface Renewal {
  /** Name of the certificate, for the log. */
  readonly what: string;
  readonly current: KeyPair;
  /** Answers the kept pair, or a new one where that is near its end. */
  renew(): Promise<KeyPair>;
  use(pair: KeyPair): void;
}

/** Certificates are renewed months before their end: a day more or less does not matter. */
const everyMs = 24 * 60 * 60 * 1000;

export class CertificateRenewal implements Component {
  readonly name = "certificate-renewal";
  readonly #renewals: readonly Renewal[];
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Certificates in use. */
  readonly #used: Map<Renewal, string>;
  #isRunning = false;
  #looking: Promise<void> = Promise.resolve();
  #cancel = () => {};
  #forgetJumps = () => {};

  constructor(renewals: readonly Renewal[], { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#renewals = renewals;
    this.#clock = clock;
    this.#log = log;
    this.#used = new Map(renewals.map((one) => [one, one.current.certificate]));
  }

  async start(): Promise<void> {
    this.#isRunning = true;
    // Months may be over, or to come again.
    this.#forgetJumps = this.#clock.onJump(() => this.#wait(0));
    this.#wait(everyMs);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#forgetJumps();
    this.#cancel();
  }

  #wait(delayMs: number): void {
    this.#cancel();
    if (!this.#isRunning) return;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#looking = this.#looking.then(() => this.#lookAtAll());
    });
  }

  async #lookAtAll(): Promise<void> {
    this.#wait(everyMs);
    for (const renewal of this.#renewals) await this.#look(renewal);
  }

  async #look(renewal: Renewal): Promise<void> {
    const { what } = renewal;
    try {
      const pair = await renewal.renew();
      if (pair.certificate === this.#used.get(renewal)) return;
      renewal.use(pair);
      this.#used.set(renewal, pair.certificate);
      this.#log.info({ certificate: what }, "a certificate is renewed");
    } catch (error) {
      this.#log.error({ err: error, certificate: what }, "a certificate could not be renewed");
    }
  }
}
