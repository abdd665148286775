/** Fills aggregated cluster roles (`admin`, `edit`, `view`, one's own) with the rules of the roles that their selectors find. */
import { labelSelectorAsSelector, type rbacv1, resources } from "../api/mod.ts";
import type { ComponentContext, Informer } from "../client/mod.ts";
import { QueueController, type QueueControllerOptions } from "./support/queue-controller.ts";

type ClusterRole = rbacv1.ClusterRole;

const fieldManager = "clusterrole-aggregation-controller";

/** In the order of the roles' names, each rule once. */
export function aggregatedRules(role: ClusterRole, roles: readonly ClusterRole[]): readonly rbacv1.PolicyRule[] {
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

export class ClusterRoleAggregationController extends QueueController {
  readonly #roles: Informer<ClusterRole>;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("clusterrole-aggregation", context, options);
    const enqueueAll = () => this.#enqueueAggregated();
    this.#roles = this.watch(resources.clusterroles, { add: enqueueAll, update: enqueueAll, delete: enqueueAll });
  }

  /** Any role may be what any selector finds; there are few that aggregate, and the queue keeps each once. */
  #enqueueAggregated(): void {
    for (const role of this.#roles?.lister.list() ?? []) if (role.aggregationRule) this.enqueue(role);
  }

  protected override async prepare(): Promise<void> {
    this.#enqueueAggregated();
  }

  protected override async reconcile(name: string): Promise<undefined> {
    const role = this.#roles.lister.get(name);
    if (!role?.aggregationRule) return;
    const rules = aggregatedRules(role, this.#roles.lister.list());
    if (JSON.stringify(rules) === JSON.stringify(role.rules ?? [])) return;
    const { apiVersion, kind } = role;
    const applied = { apiVersion, kind, metadata: { name }, rules };
    await this.context.client
      .resource(resources.clusterroles)
      .patch(name, applied, { type: "apply", force: true, fieldManager });
  }
}
