/** The parts of a configuration that are taken whole where it is applied, lists and maps: whatever it does not say of them would be lost. */
import { isObject, memberRules, resolveRules, type TypeRules } from "./type-rules.ts";

/** Paths with positions: `.spec.containers[0].args`. */
export function atomicParts(declared: TypeRules, value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    const item = declared.kind === "list" && declared.listType !== "atomic" ? declared.item : undefined;
    return item ? value.flatMap((one, index) => atomicParts(item, one, `${path}[${index}]`)) : [path];
  }
  if (!isObject(value)) return [];
  const rules = resolveRules(declared, undefined, value);
  if ((rules.kind !== "struct" && rules.kind !== "map") || rules.atomic) return [path];
  return Object.entries(value).flatMap(([key, member]) => {
    const inner = memberRules(rules, key);
    return inner ? atomicParts(inner, member, `${path}.${key}`) : [];
  });
}
