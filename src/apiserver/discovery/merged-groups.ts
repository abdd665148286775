/** What this server serves and what others behind it serve, as one list of groups in the order that APIServices ask for. */

import type { ServedApiGroup, ServedGroupVersion } from "./served-groups.ts";
import { compareVersions } from "./version-order.ts";

/** A version that another server answers for, as that one describes it. */
export interface RemoteGroupVersion {
  readonly group: string;
  readonly version: string;
  /** Entries of an aggregated discovery document. */
  readonly resources: readonly object[];
  /** The server cannot be asked: this is what it said before. */
  readonly stale: boolean;
}

export interface Priority {
  readonly group: number;
  readonly version: number;
}

/** What is known of APIServices. */
export interface RemoteCatalogue {
  /** Counts the changes. */
  readonly generation: number;
  remoteVersions(): readonly RemoteGroupVersion[];
  /** Nothing where no APIService names the version. */
  priorityOf(group: string, version: string): Priority | undefined;
}

export interface MergedVersion extends ServedGroupVersion {
  readonly remote?: RemoteGroupVersion;
}

export interface MergedGroup {
  readonly name: string;
  readonly versions: readonly MergedVersion[];
}

const unranked: Priority = { group: 0, version: 0 };
/** APIServices themselves, which no APIService names, and which clients must find whatever else is served. */
const registration = "apiregistration.k8s.io";
const registrationRank = 20_000;

export function mergedGroups(local: readonly ServedApiGroup[], catalogue: RemoteCatalogue | undefined): MergedGroup[] {
  if (!catalogue) return [...local];
  const groups = new Map<string, MergedVersion[]>(local.map(({ name, versions }) => [name, [...versions]]));
  for (const remote of catalogue.remoteVersions()) {
    const others = (groups.get(remote.group) ?? []).filter(({ version }) => version !== remote.version);
    groups.set(remote.group, [...others, { version: remote.version, resources: [], remote }]);
  }
  const rank = (group: string, version: string) => catalogue.priorityOf(group, version) ?? unranked;
  const merged = [...groups].map(([name, versions]) => ({
    name,
    rank: name === registration ? registrationRank : Math.max(...versions.map((one) => rank(name, one.version).group)),
    versions: versions.toSorted(
      (a, b) => rank(name, b.version).version - rank(name, a.version).version || byName(a.version, b.version),
    ),
  }));
  // The core group comes first whatever its number; equals go by the names of their APIServices.
  const first = ({ name, versions }: MergedGroup) => `${versions[0]?.version}.${name}`;
  return merged.sort(
    (a, b) => Number(b.name === "") - Number(a.name === "") || b.rank - a.rank || (first(a) < first(b) ? -1 : 1),
  );
}

const byName = (a: string, b: string) => compareVersions(b, a);
