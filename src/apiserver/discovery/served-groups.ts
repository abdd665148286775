/** The table of resources as discovery shows it: groups in upstream's order, versions best first, resources by name. */
import { type ApiGroupInfo, apiGroups, type ResourceInfo } from "../../api/mod.ts";
import type { ResourceTable } from "../registry/resource-table.ts";
import { compareVersions } from "./version-order.ts";

export interface ServedGroupVersion {
  readonly version: string;
  readonly resources: readonly ResourceInfo[];
}

export interface ServedApiGroup {
  /** `""`: the core group. */
  readonly name: string;
  readonly versions: readonly ServedGroupVersion[];
}

export function servedGroups(table: ResourceTable): ServedApiGroup[] {
  const resources = new Map<string, Map<string, ResourceInfo[]>>();
  for (const { info } of table.all()) {
    const versions = resources.get(info.group) ?? new Map<string, ResourceInfo[]>();
    const known = versions.get(info.version);
    if (known) known.push(info);
    else versions.set(info.version, [info]);
    resources.set(info.group, versions);
  }
  // Groups that this server declares itself stand before those of custom resources.
  const declared = [...resources].filter(([, versions]) => isDeclared([...versions.values()].flat()));
  const byGroup = byRank(
    [...new Set([...apiGroups, ...declared.map(([name]) => ({ name }))].map(({ name }) => name))],
    (a, b) => (a < b ? -1 : 1),
  );
  return [...resources.keys()].sort(byGroup).map((name) => {
    const known = apiGroups.find((group: ApiGroupInfo) => group.name === name)?.versions ?? [];
    const versions = [...resources.get(name)!.keys()].sort(byRank(known, (a, b) => compareVersions(b, a)));
    return {
      name,
      versions: versions.map((version) => ({ version, resources: byName(resources.get(name)!.get(version)!) })),
    };
  });
}

/** Custom resources have no schema value. */
function isDeclared(resources: readonly ResourceInfo[]): boolean {
  return resources.some(({ schema }) => schema !== undefined);
}

type Compare = (a: string, b: string) => number;

/** What is not in the list comes after it. */
function byRank(order: readonly string[], others: Compare): Compare {
  const rank = (name: string) => (name === "" ? -1 : order.includes(name) ? order.indexOf(name) : order.length);
  return (a, b) => rank(a) - rank(b) || others(a, b);
}

function byName(resources: readonly ResourceInfo[]): ResourceInfo[] {
  return resources.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}
