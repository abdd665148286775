/** Keeps the API server's certificate from ending: a new one is used before the old one is over, and no connection is broken for it. */
import type { Logger } from "pino";
import type { KeyPair } from "../auth/mod.ts";
import type { Clock, Component } from "../client/mod.ts";

export interface CertificateRenewalOptions {
  readonly current: KeyPair;
  /** Answers the kept pair, or a new one where that is near its end. */
  renew(): Promise<KeyPair>;
  use(pair: KeyPair): void;
}

/** Certificates are renewed months before their end: a day more or less does not matter. */
const everyMs = 24 * 60 * 60 * 1000;

export class CertificateRenewal implements Component {
  readonly name = "certificate-renewal";
  readonly #options: CertificateRenewalOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  #used: string;
  #cancel = () => {};

  constructor(options: CertificateRenewalOptions, { clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#used = options.current.certificate;
  }

  async start(): Promise<void> {
    this.#cancel = this.#clock.after(everyMs, () => void this.#look());
  }

  async stop(): Promise<void> {
    this.#cancel();
  }

  async #look(): Promise<void> {
    try {
      const pair = await this.#options.renew();
      if (pair.certificate !== this.#used) {
        this.#options.use(pair);
        this.#used = pair.certificate;
        this.#log.info("the API server's certificate is renewed");
      }
    } catch (error) {
      this.#log.error({ err: error }, "the API server's certificate could not be renewed");
    }
    await this.start();
  }
}
