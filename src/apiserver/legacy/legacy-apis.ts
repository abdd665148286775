/** The APIs that Kubernetes has given up and old manifests still use, served by conversion to today's kinds. */
import { clone, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { ConvertedResource, Engine } from "../registry/engine.ts";
import type { Conversion } from "../registry/view.ts";
import {
  firstDeployment,
  fromTemplate,
  type LegacyDefaults,
  nothing,
  onDelete,
  secondDeployment,
} from "./legacy-defaults.ts";
import { legacyResource } from "./legacy-schema.ts";

interface LegacyApi {
  readonly group: string;
  readonly version: string;
  readonly now: unknown;
  readonly defaults: LegacyDefaults;
  /** Its clients need not name a selector. */
  readonly selects?: boolean;
}

const { deployments, daemonsets, replicasets, statefulsets, controllerrevisions, networkpolicies } = resources;

/** Best version first within a group. */
const legacyApis: readonly LegacyApi[] = [
  { group: "apps", version: "v1beta2", now: deployments, defaults: nothing },
  { group: "apps", version: "v1beta2", now: daemonsets, defaults: nothing },
  { group: "apps", version: "v1beta2", now: replicasets, defaults: nothing },
  { group: "apps", version: "v1beta2", now: statefulsets, defaults: nothing },
  { group: "apps", version: "v1beta2", now: controllerrevisions, defaults: nothing },
  { group: "apps", version: "v1beta1", now: deployments, defaults: secondDeployment, selects: true },
  { group: "apps", version: "v1beta1", now: statefulsets, defaults: onDelete, selects: true },
  { group: "apps", version: "v1beta1", now: controllerrevisions, defaults: nothing },
  { group: "extensions", version: "v1beta1", now: deployments, defaults: firstDeployment, selects: true },
  { group: "extensions", version: "v1beta1", now: daemonsets, defaults: onDelete, selects: true },
  { group: "extensions", version: "v1beta1", now: replicasets, defaults: fromTemplate, selects: true },
  { group: "extensions", version: "v1beta1", now: networkpolicies, defaults: nothing },
];

export function addLegacyApis(engine: Engine): void {
  for (const api of legacyApis) engine.addConverted(converted(api));
}

function converted({ group, version, now, defaults, selects }: LegacyApi): ConvertedResource {
  const stored = now as ResourceInfo<KubernetesObject>;
  const info = legacyResource({ group, version, now: stored, optional: selects ? ["selector"] : [] });
  const { apiVersion, kind } = info;
  const warning = `${apiVersion} ${kind} is deprecated in v1.9+, unavailable in v1.16+; use ${stored.apiVersion} ${kind}`;
  return { info, stored, conversion: conversionBetween(apiVersion, stored.apiVersion, defaults), warning };
}

/** The fields are the same: only the name of the version, and what it fills in, differ. */
function conversionBetween(old: string, now: string, defaults: LegacyDefaults): Conversion {
  return {
    fromStored: (object) => ({ ...object, apiVersion: old }),
    toStored(object) {
      const stored = clone(object);
      stored.apiVersion = now;
      defaults(stored);
      return stored;
    },
  };
}
