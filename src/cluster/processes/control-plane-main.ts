/** The control plane's process. */
import { join } from "node:path";
import { type KeyPair, Pki } from "../../auth/mod.ts";
import { reachHostLoopback, systemClock } from "../../client/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import type { Renewal } from "../certificate-renewal.ts";
import type { ControlPlaneAddress } from "../control-plane-options.ts";
import { writeKubeconfigFile } from "../keys.ts";
import { tellSupervisor } from "../messages.ts";
import { processLog } from "../process-log.ts";
import { apiPort, type ControlPlaneConfig, firstInheritedDescriptor, readConfig } from "./configuration.ts";
import { runProcess } from "./run-process.ts";

const config = readConfig<ControlPlaneConfig>(process.argv[2]!);
const log = processLog();

/** The files that others start from; answers how each is kept from ending. */
async function writeKubeconfigs(pki: Pki): Promise<readonly Renewal[]> {
  const { options, fabricAddress, realNodes } = config;
  const inside = `https://${fabricAddress ?? "127.0.0.1"}:${fabricAddress ? apiPort : options.port}`;
  const keep = async (what: string, server: string, renew: () => Promise<KeyPair>): Promise<Renewal> => {
    const use = (identity: KeyPair) => writeKubeconfigFile(pki, what, { name: options.name, server, identity });
    const current = await renew();
    use(current);
    return { what, current, renew, use };
  };
  const kept = [await keep("admin", `https://127.0.0.1:${options.port}`, () => pki.admin())];
  for (const { name, address } of realNodes)
    kept.push(await keep(`node-${name}`, inside, () => pki.node(name, [address, "127.0.0.1"])));
  kept.push(await keep("kube-proxy", inside, () => pki.proxy()));
  return kept;
}

function simulated(): { count: number; prefix: string } {
  const { runtime, nodes, simulatedNodes } = config.options;
  if (runtime === "simulated") return { count: nodes + simulatedNodes, prefix: "node" };
  return { count: simulatedNodes, prefix: "simulated" };
}

/** Every request: who asks for traces of a cluster like this wants to see them. */
function tracing(endpoint: string) {
  const { tracesSocket } = config;
  return { endpoint, ratio: 1, ...(tracesSocket && { socketPath: tracesSocket }) };
}

await runProcess(log, async (signal) => {
  const { options, paths, fabricAddress, loopbackSocket } = config;
  reachHostLoopback(loopbackSocket);
  const pki = await Pki.open({ directory: paths.pki });
  const renewals = await writeKubeconfigs(pki);
  tellSupervisor({ type: "keys" });
  // Loaded only now: the node agents, which wait for their keys, load beside it.
  const [{ ControlPlane }, { openClusterStore }] = await Promise.all([
    import("../control-plane.ts"),
    import("../cluster-store.ts"),
  ]);
  const { encryptionProviderConfig } = options;
  const metrics = new Registry();
  const { store, healthChecks } = openClusterStore({
    folder: paths.store,
    encryptionProviderConfig,
    log,
    metrics,
    clock: systemClock,
  });
  const inside: ControlPlaneAddress[] = fabricAddress ? [{ host: fabricAddress, port: apiPort }] : [];
  const controlPlane = await ControlPlane.create(
    {
      pki,
      store,
      healthChecks,
      renewals,
      ...(options.otlpEndpoint && { tracing: tracing(options.otlpEndpoint) }),
      listen: [{ descriptor: firstInheritedDescriptor }, ...inside],
      advertise: { host: fabricAddress ?? "127.0.0.1", port: fabricAddress ? apiPort : options.port },
      serviceCidr: options.serviceCidr,
      podCidr: options.podCidr,
      legacyApis: options.legacyApis,
      runtimeConfig: options.runtimeConfig,
      admission: { enable: options.enableAdmissionPlugins, disable: options.disableAdmissionPlugins },
      inFabric: fabricAddress !== undefined,
      simulated: simulated(),
      withoutControllers: options.withoutControllers,
      withoutMetricsServer: options.withoutMetricsServer,
      authenticationConfig: options.authenticationConfig,
      tokenWebhook: options.authenticationTokenWebhookConfigFile,
      authorizationConfig: options.authorizationConfig,
      ...(options.auditPolicyFile && {
        audit: {
          policy: options.auditPolicyFile,
          log: options.auditLogPath || join(paths.data, "logs", "audit.log"),
          webhook: options.auditWebhookConfigFile,
        },
      }),
    },
    { log, metrics, signal },
  );
  await controlPlane.start();
  return controlPlane;
});
