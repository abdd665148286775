/** Who acts on what the API server is told: controllers, scheduler, the cluster's own network, simulated nodes, the metrics server. */
import { policyTypeWarnings, quotaRules } from "../admission/mod.ts";
import type { ResourceCatalogue } from "../api/mod.ts";
import { Group, type LegacyTokenRequest, type User } from "../auth/mod.ts";
import type { Component, ComponentContext } from "../client/mod.ts";
import { controllers } from "../controllers/mod.ts";
import type { KindModule } from "../kinds/mod.ts";
import { dnsAddress, NodeIpam } from "../network/narrow.ts";
import { Scheduler } from "../scheduler/mod.ts";
import type { AccessControl } from "./access-control.ts";
import type { ControlPlaneOptions } from "./control-plane-options.ts";
import { metricsComponent, withoutMetrics } from "./metrics-component.ts";

const controllerUser: User = { name: "system:kube-controller-manager", groups: [Group.masters] };
/** One identity for all of them: they are told apart by nothing but their names. */
const nodesUser: User = { name: "system:simulated-nodes", groups: [Group.masters] };
const metricsUser: User = { name: "system:serviceaccount:kube-system:metrics-server", groups: [Group.masters] };
const schedulerUser: User = { name: "system:kube-scheduler", groups: [Group.authenticated] };

interface Surroundings {
  readonly access: AccessControl;
  /** Beside the built-in ones. */
  readonly kinds: readonly KindModule[];
  readonly resources: ResourceCatalogue;
  contextFor(name: string, user: User, userAgent: string): ComponentContext;
}

/** In the order of their start. */
export async function controlPlaneComponents(
  options: ControlPlaneOptions,
  around: Surroundings,
): Promise<readonly Component[]> {
  return [
    ...(await networkComponents(options, around.contextFor("network", controllerUser, "kube-controller-manager"))),
    ...controllerComponents(options, around),
    new Scheduler({}, around.contextFor("scheduler", schedulerUser, "kube-scheduler")),
    ...(await nodeComponents(options, () => around.contextFor("node", nodesUser, "kubelet"))),
    metricsServer(options, around.contextFor("metrics-server", metricsUser, "metrics-server")),
  ];
}

async function networkComponents(
  { podCidr, serviceCidr, inFabric }: ControlPlaneOptions,
  context: ComponentContext,
): Promise<readonly Component[]> {
  const ipam = new NodeIpam({ podNetwork: podCidr }, context);
  if (!inFabric) return [ipam];
  const { DnsService, NetworkAgent } = await import("../network/mod.ts");
  const dns = new DnsService({ clusterIP: dnsAddress(serviceCidr) }, context);
  return [ipam, dns, new NetworkAgent({ podNetwork: podCidr }, context)];
}

function controllerComponents(
  { pki }: ControlPlaneOptions,
  { access, kinds, resources, contextFor }: Surroundings,
): readonly Component[] {
  const requestSigner = pki.clusterAuthority;
  const options = {
    rootCertificate: requestSigner.certificate,
    requestSigner,
    issueSecretToken: (request: LegacyTokenRequest) => access.legacyTokens.issue(request),
    quotaRules,
    policyTypeWarnings: (...[policy, definitions]: Parameters<typeof policyTypeWarnings>) =>
      policyTypeWarnings(policy, definitions, resources),
    resources,
  };
  const added = kinds.flatMap((kind) => kind.controllers ?? []);
  return [...controllers, ...added].map((entry) =>
    entry.create(contextFor(entry.name, controllerUser, "kube-controller-manager"), options),
  );
}

/** The node room is large; who has real nodes only does without it here. */
async function nodeComponents(
  { simulated, pki, serviceCidr }: ControlPlaneOptions,
  context: () => ComponentContext,
): Promise<readonly Component[]> {
  if (simulated.count === 0) return [];
  const { simulatedNodes } = await import("./simulated.ts");
  return [await simulatedNodes({ ...simulated, pki, serviceCidr }, context())];
}

function metricsServer(
  { pki, inFabric, advertise, withoutMetricsServer }: ControlPlaneOptions,
  context: ComponentContext,
): Component {
  if (withoutMetricsServer) return withoutMetrics(context);
  return metricsComponent({ pki, ...(inFabric && { address: advertise.host }) }, context);
}
