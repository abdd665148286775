/** Makes at start what a cluster cannot be without. Each start looks; only the first one finds much to do. */
import { type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { AddedKind } from "../kinds/added-kind.ts";
import type { Engine } from "../registry/engine.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { type Blueprint, ensureObject } from "./ensure.ts";
import { type ExtensionTrust, ensureExtensionAuthentication } from "./extension-authentication.ts";
import { ensureFlowControl } from "./flow-control.ts";
import { ensureKubernetesService, type KubernetesServiceOptions } from "./kubernetes-service.ts";
import { builtInPolicy, ensureRbacPolicy } from "./rbac-policy.ts";
import { apiServices, namespaces, priorityClasses, serviceCidr, tokenTracking } from "./system-objects.ts";

export interface BootstrapOptions {
  readonly service: KubernetesServiceOptions;
  readonly serviceCidrs: readonly string[];
  readonly trust: ExtensionTrust;
  /** Beside the built-in ones. */
  readonly kinds: readonly AddedKind[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function bootstrap(engine: Engine, options: BootstrapOptions): Promise<void> {
  const storage = (info: unknown) => engine.storage(info as ResourceInfo<KubernetesObject>);
  const { now } = options;
  const ensureAll = (of: ResourceStorage, blueprints: readonly Blueprint[]) =>
    Promise.all(blueprints.map((blueprint) => ensureObject(of, blueprint, now)));
  const rbac = {
    clusterRoles: storage(resources.clusterroles),
    roles: storage(resources.roles),
    clusterRoleBindings: storage(resources.clusterrolebindings),
    roleBindings: storage(resources.rolebindings),
  };
  const policies = [builtInPolicy, ...options.kinds.map(({ access }) => access ?? {})];
  const flow = { levels: storage(resources.prioritylevelconfigurations), schemas: storage(resources.flowschemas) };
  const service = {
    services: storage(resources.services),
    endpoints: storage(resources.endpoints),
    slices: storage(resources.endpointslices),
  };
  // All at once: the store commits them together.
  await Promise.all([
    ensureAll(storage(resources.namespaces), namespaces),
    ensureAll(storage(resources.priorityclasses), priorityClasses),
    ensureAll(storage(resources.apiservices), apiServices(options.kinds, now)),
    ensureAll(storage(resources.servicecidrs), [serviceCidr(options.serviceCidrs, now)]),
    ensureAll(storage(resources.configmaps), [tokenTracking(now)]),
    ensureExtensionAuthentication(storage(resources.configmaps), options.trust, now),
    ...policies.map((policy) => ensureRbacPolicy(rbac, policy, now)),
    ensureFlowControl(flow, now),
    ensureKubernetesService(service, options.service, now),
  ]);
}
