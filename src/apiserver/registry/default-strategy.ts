/** The strategy of a kind that fills no hooks, derived from its schema; kinds with hooks put theirs over it. */
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import type { Strategy } from "./strategy.ts";

type AnyStrategy = Strategy<KubernetesObject>;

/** Deletions of these answer the object's last state, as upstream has it: `group/resource`. */
const returnDeletedObject: ReadonlySet<string> = new Set([
  "/persistentvolumeclaims",
  "/persistentvolumes",
  "/pods",
  "/podtemplates",
  "/resourcequotas",
  "/serviceaccounts",
  "/services",
  "resource.k8s.io/deviceclasses",
  "resource.k8s.io/resourceclaims",
  "resource.k8s.io/resourceclaimtemplates",
  "resource.k8s.io/resourceslices",
  "storage.k8s.io/csidrivers",
  "storage.k8s.io/csinodes",
  "storage.k8s.io/storageclasses",
  "storage.k8s.io/volumeattachments",
  "storage.k8s.io/volumeattributesclasses",
]);

/** Kinds whose generation counts, beside those of `apps` and the like that say so in their own strategy. */
export function defaultStrategy(resource: ResourceInfo<KubernetesObject>): AnyStrategy {
  const hasStatus = resource.subresources.some(({ name }) => name === "status");
  return {
    resource,
    hasStatus,
    returnsDeletedObject: returnDeletedObject.has(`${resource.group}/${resource.resource}`),
    ...(resource.resource === "namespaces" && resource.group === "" && namespaceDeletion),
  };
}

interface NamespaceParts {
  spec?: { finalizers?: readonly string[] };
  status?: { phase?: string };
}

/** A namespace goes when its content is gone: until then `spec.finalizers` hold it. */
const namespaceDeletion: Partial<AnyStrategy> = {
  blocksRemoval: (object) => ((object as KubernetesObject & NamespaceParts).spec?.finalizers?.length ?? 0) > 0,
  prepareForDelete(object) {
    const namespace = object as KubernetesObject & NamespaceParts;
    namespace.status = { ...namespace.status, phase: "Terminating" };
  },
};

/** The kind's own strategy with the defaults where it says nothing. */
export function strategyFor(
  resource: ResourceInfo<KubernetesObject>,
  own: ReadonlyMap<string, AnyStrategy>,
): AnyStrategy {
  const strategy = own.get(`${resource.apiVersion}/${resource.resource}`);
  return strategy ? withDefaults(strategy, defaultStrategy(resource)) : defaultStrategy(resource);
}

/** Strategies may be class instances or plain objects: what they lack is looked up in the default one. */
function withDefaults(strategy: AnyStrategy, defaults: AnyStrategy): AnyStrategy {
  const result: Record<string, unknown> = { ...defaults };
  for (const key of keysOf(strategy)) {
    const value = (strategy as unknown as Record<string, unknown>)[key];
    if (value !== undefined) result[key] = typeof value === "function" ? value.bind(strategy) : value;
  }
  return result as unknown as AnyStrategy;
}

function keysOf(strategy: AnyStrategy): Set<string> {
  const keys = new Set<string>();
  for (
    let object: object | null = strategy;
    object && object !== Object.prototype;
    object = Object.getPrototypeOf(object)
  )
    for (const key of Object.getOwnPropertyNames(object)) if (key !== "constructor") keys.add(key);
  return keys;
}
