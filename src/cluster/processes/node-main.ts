/** One node's process: its agent, and beside it the node's share of the service network. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { KeyPair } from "../../auth/mod.ts";
import {
  type ComponentContext,
  createClient,
  httpTransport,
  loadKubeconfig,
  SharedInformerFactory,
  systemClock,
} from "../../client/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { type CniOptions, dnsAddress, NetworkAgent, pluginPrograms } from "../../network/mod.ts";
import { CriRuntime, NodeAgent, type ServingOptions } from "../../node/mod.ts";
import { CertificateRenewal } from "../certificate-renewal.ts";
import type { NodePaths } from "../paths.ts";
import { processLog } from "../process-log.ts";
import { programPath } from "../programs.ts";
import { type NodeConfig, readConfig } from "./configuration.ts";
import { PortRelay } from "./port-relay.ts";
import { runProcess } from "./run-process.ts";

const config = readConfig<NodeConfig>(process.argv[2]!);
const log = processLog();
const kubeletPort = 10250;

/** A context with a connection and informers of its own: each identity sees only what it may. */
function contextFor(kubeconfig: string, userAgent: string, parent: Logger, signal: AbortSignal) {
  const transport = httpTransport({
    ...loadKubeconfig(kubeconfig),
    userAgent,
    renewed: () => loadKubeconfig(kubeconfig),
  });
  const client = createClient(transport);
  const informers = new SharedInformerFactory(client, { clock: systemClock, log: parent });
  const context: ComponentContext = {
    client,
    informers,
    log: parent.child({ component: userAgent }),
    metrics: new Registry(),
    clock: systemClock,
    signal,
  };
  const close = async () => {
    await informers.stop();
    await transport.close();
  };
  return { context, informers, close };
}

const readKey = (name: string) => readFileSync(join(config.pki, name), "utf8");

/** Kept by the control plane, which renews it. */
const identity = (): KeyPair => ({
  certificate: readKey(`node-${config.name}.crt`),
  key: readKey(`node-${config.name}.key`),
});

function serving({ certificate, key }: KeyPair): ServingOptions {
  const clientAuthority = readKey("ca.crt");
  return { address: config.address, port: kubeletPort, certificate, privateKey: key, clientAuthority };
}

/** Full paths: the plugin runs with containerd's PATH, which may lack the folders of root. */
function cniOptions({ cniConfig, cniPrograms, cniData }: NodePaths): CniOptions {
  const commands = Object.fromEntries(pluginPrograms.map((name) => [name, programPath(name)]));
  return { folder: cniConfig, programs: cniPrograms, dataFolder: cniData, commands };
}

await runProcess(log, async (signal) => {
  const node = contextFor(config.kubeconfig, "kubelet", log, signal);
  const proxy = contextFor(config.proxyKubeconfig, "kube-proxy", log, signal);
  const dns = dnsAddress(config.serviceCidr);
  const current = identity();
  const agent = new NodeAgent(
    {
      nodeName: config.name,
      runtime: new CriRuntime({ socket: config.paths.containerdSocket, clock: systemClock }),
      addresses: [config.address],
      dns: { clusterDns: [dns], clusterDomain: "cluster.local" },
      rootDirectory: config.paths.agentRoot,
      cgroupRoot: `${config.cgroupParent}/${config.name}`,
      serving: serving(current),
    },
    node.context,
  );
  const network = new NetworkAgent(
    {
      nodeName: config.name,
      address: config.address,
      podNetwork: config.podCidr,
      cni: cniOptions(config.paths),
      nodeClient: node.context.client,
    },
    proxy.context,
  );
  const use = (pair: KeyPair) => agent.useServingCertificate(pair);
  const renewal = new CertificateRenewal(
    [{ what: `node-${config.name}`, current, renew: async () => identity(), use }],
    {
      clock: systemClock,
      log,
    },
  );
  const relay = new PortRelay({ address: config.address, nodePorts: config.nodePorts });
  node.informers.start();
  proxy.informers.start();
  await Promise.all([agent.start(), network.start()]);
  relay.start();
  await renewal.start();
  const { ready } = agent;
  return {
    ...(ready && { ready }),
    async stop() {
      relay.stop();
      await renewal.stop();
      await Promise.all([agent.stop(), network.stop()]);
      await Promise.all([node.close(), proxy.close()]);
    },
  };
});
