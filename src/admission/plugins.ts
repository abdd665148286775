/** The built-in plugins, in the order in which they run. */
import type { AdmissionContext } from "./context.ts";
import type { AdmissionPlugin } from "./contract.ts";
import { defaultTolerationSeconds } from "./plugins/default-toleration-seconds.ts";
import { NamespaceLifecycle } from "./plugins/namespace-lifecycle.ts";
import { Priority } from "./plugins/priority.ts";
import { ServiceAccount } from "./plugins/service-account.ts";
import { taintNodesByCondition } from "./plugins/taint-nodes-by-condition.ts";

/** Asks the context's informers for what the plugins read: make them before the informers start. */
export function admissionPlugins(context: AdmissionContext): readonly AdmissionPlugin[] {
  return [
    new NamespaceLifecycle(context),
    new ServiceAccount(context),
    taintNodesByCondition,
    new Priority(context),
    defaultTolerationSeconds,
  ];
}
