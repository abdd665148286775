/** A pool of connections that show a client certificate: when it is renewed, the connections made from then on show the new one. */
import https from "node:https";

/** PEM. */
export interface ShownCertificate {
  readonly certificate: string;
  readonly key: string;
}

export class CertifiedAgent {
  readonly #options: https.AgentOptions;
  readonly #shown: () => ShownCertificate;
  #agent: https.Agent | undefined;
  #used: string | undefined;

  /** `shown` answers what is to be shown now. */
  constructor(options: https.AgentOptions, shown: () => ShownCertificate) {
    this.#options = options;
    this.#shown = shown;
  }

  get agent(): https.Agent {
    const { certificate, key } = this.#shown();
    if (this.#agent && certificate === this.#used) return this.#agent;
    if (this.#agent) retire(this.#agent);
    this.#used = certificate;
    this.#agent = new https.Agent({ ...this.#options, cert: certificate, key, keepAlive: true });
    return this.#agent;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

/** What is under way is finished; nothing stays open for later. */
function retire(agent: https.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
