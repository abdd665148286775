import { labelSelectorAsSelector, type rbacv1 } from "../../api/mod.ts";

/** The rules of an aggregated cluster role: those of all roles that its selectors find, in the order of their names, none twice. */
export function aggregatedRules(
  role: rbacv1.ClusterRole,
  roles: readonly rbacv1.ClusterRole[],
): readonly rbacv1.PolicyRule[] {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map(labelSelectorAsSelector);
  const byName = [...roles].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules = new Map<string, rbacv1.PolicyRule>();
  for (const selector of selectors) {
    for (const { metadata, rules: own } of byName) {
      if (metadata.name === role.metadata.name || !selector.matches(metadata.labels ?? {})) continue;
      for (const rule of own ?? []) rules.set(JSON.stringify(rule), rule);
    }
  }
  return [...rules.values()];
}
