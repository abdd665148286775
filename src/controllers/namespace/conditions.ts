/** What a namespace's status says while its content is being deleted. Pure. */
import { type corev1, findCondition, formatTime } from "../../api/mod.ts";
import { withoutCondition } from "../support/conditions.ts";
import { compareText } from "../support/object.ts";

/** What one pass over the content found. Keys of the counts are `resource.group` and finalizer names. */
export interface ContentReport {
  readonly discoveryErrors: readonly string[];
  readonly deletionErrors: readonly string[];
  readonly remaining: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

type Content = readonly [type: string, failed: boolean, reason: string, message: string];

/** All five conditions after this pass; the same array where nothing changed. */
export function terminationConditions(
  present: readonly corev1.NamespaceCondition[] | undefined,
  report: ContentReport,
  now: number,
): readonly corev1.NamespaceCondition[] {
  const before = present ?? [];
  let conditions: readonly corev1.NamespaceCondition[] = before;
  for (const [type, failed, reason, message] of contents(report)) {
    const content = { type, status: failed ? "True" : "False", reason, message };
    const old = findCondition(conditions, type);
    if (old?.status === content.status && old.reason === reason && old.message === message) continue;
    conditions = [...withoutCondition(conditions, type), { ...content, lastTransitionTime: formatTime(now) }];
  }
  return conditions;
}

function contents(report: ContentReport): readonly Content[] {
  return [
    discovery(report.discoveryErrors),
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      false,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ],
    deletion(report.deletionErrors),
    remaining(report.remaining),
    finalizers(report.finalizers),
  ];
}

function discovery(errors: readonly string[]): Content {
  const type = "NamespaceDeletionDiscoveryFailure";
  if (errors.length === 0) return [type, false, "ResourcesDiscovered", "All resources successfully discovered"];
  return [
    type,
    true,
    "DiscoveryFailed",
    `Discovery failed for some groups, ${errors.length} failing: ${errors.join(", ")}`,
  ];
}

function deletion(errors: readonly string[]): Content {
  const type = "NamespaceDeletionContentFailure";
  const done = "All content successfully deleted, may be waiting on finalization";
  if (errors.length === 0) return [type, false, "ContentDeleted", done];
  const message = `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(", ")}`;
  return [type, true, "ContentDeletionFailed", message];
}

function remaining(counts: ReadonlyMap<string, number>): Content {
  const type = "NamespaceContentRemaining";
  if (counts.size === 0) return [type, false, "ContentRemoved", "All content successfully removed"];
  const items = sorted(counts).map(([name, count]) => `${name} has ${count} resource instances`);
  return [type, true, "SomeResourcesRemain", `Some resources are remaining: ${items.join(", ")}`];
}

function finalizers(counts: ReadonlyMap<string, number>): Content {
  const type = "NamespaceFinalizersRemaining";
  if (counts.size === 0) return [type, false, "ContentHasNoFinalizers", "All content-preserving finalizers finished"];
  const items = sorted(counts).map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${items.join(", ")}`;
  return [type, true, "SomeFinalizersRemain", message];
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => compareText(a, b));
}
