/** The priority levels and flow schemas that every cluster starts with. */

import { timestamp } from "../registry/operation.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { ensureObject } from "./ensure.ts";
import data from "./flow-control.json" with { type: "json" };

const annotations = { "apf.kubernetes.io/autoupdate-spec": "true" };

export interface FlowControlStorages {
  readonly levels: ResourceStorage;
  readonly schemas: ResourceStorage;
}

export async function ensureFlowControl({ levels, schemas }: FlowControlStorages, now: number): Promise<void> {
  const all = [
    ...data.priorityLevels.map(({ name, spec }) =>
      ensureObject(levels, { metadata: { name, annotations }, spec }, now),
    ),
    ...data.flowSchemas.map(({ name, spec }) => {
      const status = { conditions: [notDangling(spec.priorityLevelConfiguration.name, now)] };
      return ensureObject(schemas, { metadata: { name, annotations }, spec, status }, now);
    }),
  ];
  await Promise.all(all);
}

function notDangling(level: string, now: number) {
  return {
    type: "Dangling",
    status: "False",
    lastTransitionTime: timestamp(now),
    reason: "Found",
    message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)} and it exists`,
  };
}
