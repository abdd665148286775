/** What the API server shows of itself where it is the client. */
import type { KeyPair, Pki } from "../auth/mod.ts";
import type { Renewal } from "./certificate-renewal.ts";

export class ShownCertificates {
  /** To node agents. */
  agents: KeyPair;
  /** To extension API servers. */
  frontProxy: KeyPair;
  readonly #pki: Pki;

  private constructor(pki: Pki, agents: KeyPair, frontProxy: KeyPair) {
    this.#pki = pki;
    this.agents = agents;
    this.frontProxy = frontProxy;
  }

  static async of(pki: Pki): Promise<ShownCertificates> {
    return new ShownCertificates(pki, await pki.kubeletClient(), await pki.frontProxyClient());
  }

  /** For `CertificateRenewal`. */
  renewals(): readonly Renewal[] {
    return [
      {
        what: "apiserver-kubelet-client",
        current: this.agents,
        renew: () => this.#pki.kubeletClient(),
        use: (pair) => (this.agents = pair),
      },
      {
        what: "front-proxy-client",
        current: this.frontProxy,
        renew: () => this.#pki.frontProxyClient(),
        use: (pair) => (this.frontProxy = pair),
      },
    ];
  }
}
