/** The table of resources as discovery shows it: groups in upstream's order, versions best first, resources by name. */
import { type ApiGroupInfo, apiGroups, type ResourceInfo } from "../../api/mod.ts";
import type { ResourceTable } from "../registry/resource-table.ts";

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
    resources.set(info.group, versions.set(info.version, [...(versions.get(info.version) ?? []), info]));
  }
  return [...resources.keys()].sort(byRank(apiGroups.map(({ name }) => name))).map((name) => {
    const known = apiGroups.find((group: ApiGroupInfo) => group.name === name)?.versions ?? [];
    const versions = [...resources.get(name)!.keys()].sort(byRank(known));
    return {
      name,
      versions: versions.map((version) => ({ version, resources: byName(resources.get(name)!.get(version)!) })),
    };
  });
}

/** What is not in the list comes after it, in the order found. */
function byRank(order: readonly string[]): (a: string, b: string) => number {
  const rank = (name: string) => (name === "" ? -1 : order.includes(name) ? order.indexOf(name) : order.length);
  return (a, b) => rank(a) - rank(b);
}

function byName(resources: readonly ResourceInfo[]): ResourceInfo[] {
  return resources.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}
