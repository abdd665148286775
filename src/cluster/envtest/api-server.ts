/** The API server that stands where envtest looks for upstream's: nothing beside it acts on what it is told. */
import { join } from "node:path";
import type { Logger } from "pino";
import { Pki } from "../../auth/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { openClusterStore } from "../cluster-store.ts";
import { ControlPlane } from "../control-plane.ts";
import { servedRuntimeConfig } from "../runtime-config.ts";
import type { ApiServerSettings } from "./api-server-settings.ts";
import { serverAccess, serverTrust } from "./server-trust.ts";
import { findStore } from "./store-address.ts";

/** Resolves when it answers. */
export async function startApiServer(
  settings: ApiServerSettings,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<ControlPlane> {
  const trust = serverTrust(settings);
  const [access, found] = await Promise.all([serverAccess(settings), findStore(settings.etcd.urls)]);
  const folder = join(found.folder, encodeURIComponent(settings.etcd.prefix));
  const { encryptionProviderConfig } = settings;
  const { durable } = found;
  const metrics = new Registry();
  const { store, healthChecks } = openClusterStore({ folder, durable, encryptionProviderConfig, log, metrics });
  const pki = await Pki.open({ directory: join(folder, "pki") });
  const controlPlane = await ControlPlane.create(
    {
      pki,
      store,
      healthChecks,
      trust,
      access,
      admission: settings.admission,
      listen: [settings.listen],
      advertise: { host: settings.advertiseHost, port: settings.listen.port },
      serviceCidr: settings.serviceCidr,
      nodePorts: settings.nodePorts,
      podCidr: "",
      legacyApis: false,
      runtimeConfig: servedRuntimeConfig(settings.runtimeConfig),
      inFabric: false,
      simulated: { count: 0, prefix: "" },
      withoutControllers: true,
      ...audit(settings),
    },
    { log, metrics, signal },
  );
  await controlPlane.start();
  return controlPlane;
}

function audit({
  audit: { policyFile: policy, logPath: log, webhookFile: webhook, webhookLimits },
}: ApiServerSettings) {
  return policy && (log || webhook) ? { audit: { policy, log, webhook, webhookLimits } } : {};
}
