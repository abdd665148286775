/** The control plane's process. */
import { join } from "node:path";
import { Registry } from "prom-client";
import { Pki } from "../../auth/mod.ts";
import { systemClock } from "../../client/mod.ts";
import type { ControlPlaneAddress } from "../control-plane.ts";
import { proxyIdentity, writeKubeconfigFile } from "../keys.ts";
import { tellSupervisor } from "../messages.ts";
import { processLog } from "../process-log.ts";
import { apiPort, type ControlPlaneConfig, firstInheritedDescriptor, readConfig } from "./configuration.ts";
import { runProcess } from "./run-process.ts";

const config = readConfig<ControlPlaneConfig>(process.argv[2]!);
const log = processLog();

async function writeKubeconfigs(pki: Pki): Promise<void> {
  const { options, fabricAddress, realNodes } = config;
  const inside = `https://${fabricAddress ?? "127.0.0.1"}:${fabricAddress ? apiPort : options.port}`;
  const admin = { name: options.name, server: `https://127.0.0.1:${options.port}`, identity: await pki.admin() };
  writeKubeconfigFile(pki, "admin", admin);
  for (const { name, address } of realNodes) {
    const identity = await pki.node(name, [address, "127.0.0.1"]);
    writeKubeconfigFile(pki, `node-${name}`, { name: options.name, server: inside, identity });
  }
  writeKubeconfigFile(pki, "kube-proxy", { name: options.name, server: inside, identity: proxyIdentity(pki) });
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
  const { options, paths, fabricAddress } = config;
  const pki = await Pki.open({ directory: paths.pki });
  await writeKubeconfigs(pki);
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
      ...(options.otlpEndpoint && { tracing: tracing(options.otlpEndpoint) }),
      listen: [{ descriptor: firstInheritedDescriptor }, ...inside],
      advertise: { host: fabricAddress ?? "127.0.0.1", port: fabricAddress ? apiPort : options.port },
      serviceCidr: options.serviceCidr,
      podCidr: options.podCidr,
      legacyApis: options.legacyApis,
      inFabric: fabricAddress !== undefined,
      simulated: simulated(),
      withoutControllers: options.withoutControllers,
      authenticationConfig: options.authenticationConfig,
      tokenWebhook: options.authenticationTokenWebhookConfigFile,
      authorizationConfig: options.authorizationConfig,
      ...(options.auditPolicyFile && {
        audit: { policy: options.auditPolicyFile, log: options.auditLogPath || join(paths.data, "logs", "audit.log") },
      }),
    },
    { log, metrics, signal },
  );
  await controlPlane.start();
  return controlPlane;
});
