/** Laying a part of an object over a whole one, for admission: the merge of server-side apply without its owners. */
import type { KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import { atomicParts } from "../apply/atomic-parts.ts";
import { merge } from "../apply/merge.ts";
import type { JsonObject, StructRules } from "../apply/type-rules.ts";
import { validateConfig } from "../apply/validate-config.ts";
import { rulesOf } from "./managed-field-ownership.ts";

export interface OverlaySubject {
  readonly resource: ResourceInfo<KubernetesObject>;
  readonly subresource?: string | undefined;
  /** Of a resource that has no schema value. */
  readonly applyRules?: (() => StructRules) | undefined;
}

function rulesFor({ resource, subresource, applyRules }: OverlaySubject): StructRules | undefined {
  const own = resource.subresources.find(({ name }) => name === subresource);
  if (own?.schema && own.kind !== resource.kind) return rulesOf(own.schema);
  return applyRules?.() ?? (resource.schema && rulesOf(resource.schema));
}

/** Throws an Error where the part has not the shape of the kind, or would replace what is only taken whole: that would lose what is there. */
export function overlay(subject: OverlaySubject, object: KubernetesObject, part: JsonObject): KubernetesObject {
  const rules = rulesFor(subject);
  if (!rules) throw new Error("there is no schema to merge by");
  const problems = validateConfig(rules, part).toSorted();
  if (problems.length > 0) throw new Error(`failed to convert patch object to typed object: ${listed(problems)}`);
  const whole = atomicParts(rules, part);
  if (whole.length > 0)
    throw new Error(
      `invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${whole.toSorted().join(", ")}`,
    );
  return merge(rules, object, part) as KubernetesObject;
}

function listed(problems: readonly string[]): string {
  return problems.length === 1 ? problems[0]! : `errors:\n${problems.map((problem) => `  ${problem}`).join("\n")}`;
}
