/** Which plugins run, as upstream's flags `--enable-admission-plugins` and `--disable-admission-plugins` say it. */
import type { EventLimit } from "./plugins/event-rate-limit.ts";
import type { PodNodeSelectorOptions } from "./plugins/pod-node-selector.ts";

export interface AdmissionOptions {
  /** Names of plugins that are off by default. */
  readonly enable?: readonly string[];
  /** Names of plugins to leave out; wins over `enable`. */
  readonly disable?: readonly string[];
  /** Of EventRateLimit: without any it lets everything pass. */
  readonly eventLimits?: readonly EventLimit[];
  readonly podNodeSelector?: PodNodeSelectorOptions;
}

export const offByDefault: ReadonlySet<string> = new Set([
  "AlwaysAdmit",
  "AlwaysDeny",
  "AlwaysPullImages",
  "DenyServiceExternalIPs",
  "EventRateLimit",
  "ExtendedResourceToleration",
  "LimitPodHardAntiAffinityTopology",
  "NamespaceAutoProvision",
  "NamespaceExists",
  "OwnerReferencesPermissionEnforcement",
  "PodNodeSelector",
]);
/** Without it a user could give rights that they do not have: part of authorization, though it works here. */
const alwaysOn: ReadonlySet<string> = new Set(["RoleEscalation"]);

export function isEnabled(name: string, { enable = [], disable = [] }: AdmissionOptions): boolean {
  if (alwaysOn.has(name)) return true;
  if (disable.includes(name)) return false;
  return !offByDefault.has(name) || enable.includes(name);
}
