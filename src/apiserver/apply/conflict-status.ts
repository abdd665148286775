/** How a refused apply is answered: 409 with a cause for each field. */
import type { metav1 } from "../../api/mod.ts";
import type { Conflicts } from "./apply.ts";
import { pathsOf } from "./field-set.ts";
import type { ManagerEntry } from "./managers.ts";
import { printPath } from "./path-element.ts";

export function conflictStatus(conflicts: Conflicts): metav1.Status {
  const found = [...conflicts].flatMap(([entry, fields]) =>
    [...pathsOf(fields)].map((path) => ({ owner: printOwner(entry), path: printPath(path) })),
  );
  found.sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
  const causes = found.map(({ owner, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${owner}`,
    field: path,
  }));
  const plural = found.length === 1 ? "conflict" : "conflicts";
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `Apply failed with ${found.length} ${plural}: ${sentence(found)}`,
    reason: "Conflict",
    details: { causes },
    code: 409,
  };
}

interface Found {
  readonly owner: string;
  readonly path: string;
}

function sentence(found: readonly Found[]): string {
  if (found.length === 1) return `conflict with ${found[0]!.owner}: ${found[0]!.path}`;
  return [...Map.groupBy(found, ({ owner }) => owner)]
    .map(([owner, all]) => `conflicts with ${owner}:\n${all.map(({ path }) => `- ${path}`).join("\n")}`)
    .join("\n");
}

function printOwner(entry: ManagerEntry): string {
  const subresource = entry.subresource === "" ? "" : ` with subresource ${JSON.stringify(entry.subresource)}`;
  const version = entry.operation === "Update" ? ` using ${entry.apiVersion}` : "";
  return `${JSON.stringify(entry.manager)}${subresource}${version}`;
}
