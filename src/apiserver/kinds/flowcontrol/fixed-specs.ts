/** The specs that nobody may change: without them a cluster could lock out its own administrators. */
import type { flowcontrolv1 } from "../../../api/mod.ts";
import bootstrap from "../../bootstrap/flow-control.json" with { type: "json" };

const fixedNames = ["exempt", "catch-all"];

interface Named {
  readonly name: string;
  readonly spec: object;
}

function fixed<S>(list: readonly Named[]): ReadonlyMap<string, S> {
  return new Map(list.filter(({ name }) => fixedNames.includes(name)).map(({ name, spec }) => [name, spec as S]));
}

export const fixedFlowSchemas = fixed<flowcontrolv1.FlowSchemaSpec>(bootstrap.flowSchemas);
export const fixedPriorityLevels = fixed<flowcontrolv1.PriorityLevelConfigurationSpec>(bootstrap.priorityLevels);
