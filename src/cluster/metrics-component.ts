/** The cluster's metrics server: begun when everything else works, with a certificate that is kept from ending; or nothing that is left of one. */
import type { Pki } from "../auth/mod.ts";
import type { Component, ComponentContext } from "../client/mod.ts";
import { CertificateRenewal } from "./certificate-renewal.ts";
import { LateComponent } from "./late-component.ts";
import { frontProxyOf } from "./trust.ts";

export interface MetricsComponentOptions {
  readonly pki: Pki;
  /** Where pods reach this process; absent: nowhere. */
  readonly address?: string;
}

const name = "metrics-server";

export function metricsComponent(options: MetricsComponentOptions, context: ComponentContext): Component {
  return new LateComponent(name, () => make(options, context), context.log);
}

async function make({ pki, address }: MetricsComponentOptions, context: ComponentContext): Promise<Component> {
  const { MetricsServer } = await import("../metrics/mod.ts");
  const serving = await pki.metricsServer();
  const options = { serving, frontProxy: frontProxyOf(pki), ...(address !== undefined && { address }) };
  const server = new MetricsServer(options, context);
  const renew = () => pki.metricsServer();
  const use = (pair: typeof serving) => server.useCertificate(pair);
  const renewal = new CertificateRenewal([{ what: name, current: serving, renew, use }], context);
  return {
    name,
    async start() {
      await server.start();
      await renewal.start();
    },
    async stop() {
      await renewal.stop();
      await server.stop();
    },
  };
}

/** Takes away what an earlier start has registered: an API that nobody answers for is in everybody's way. */
export function withoutMetrics(context: ComponentContext): Component {
  const make = async () => {
    const { unregister } = await import("../metrics/mod.ts");
    return { name, start: () => unregister(context.client), stop: async () => {} };
  };
  return new LateComponent(name, make, context.log);
}
