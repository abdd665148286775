/** The flow schemas and priority levels that every cluster has, and when an object that differs from them is put right (KEP-1040). */
import { isDeepStrictEqual } from "node:util";
import type { flowcontrolv1, metav1 } from "../../api/mod.ts";
import data from "../bootstrap/flow-control.json" with { type: "json" };

export const autoUpdateAnnotation = "apf.kubernetes.io/autoupdate-spec";

/** Without these no request would be of any flow: they are what is said here, whatever anybody writes. */
const mandatory: ReadonlySet<string> = new Set(["exempt", "catch-all"]);

type LevelSpec = flowcontrolv1.PriorityLevelConfigurationSpec;
type SchemaSpec = flowcontrolv1.FlowSchemaSpec;

export interface DefaultObject<Spec> {
  readonly name: string;
  readonly spec: Spec;
}

export const defaultLevels = data.priorityLevels as readonly DefaultObject<LevelSpec>[];
export const defaultSchemas = data.flowSchemas as readonly DefaultObject<SchemaSpec>[];

interface Present<Spec> {
  readonly metadata: metav1.ObjectMeta;
  readonly spec: Spec;
}

/** The spec that `present` should have; nothing where it is right, or its owner has taken it over. */
export function correctedSpec<Spec extends object>(
  { name, spec }: DefaultObject<Spec>,
  present: Present<Spec>,
): Spec | undefined {
  if (!mandatory.has(name) && !followsDefaults(present.metadata)) return undefined;
  const wanted = name === "exempt" ? keepingShares(spec, present.spec) : spec;
  return isDeepStrictEqual(plain(wanted), plain(present.spec)) ? undefined : wanted;
}

/** Who has never been edited follows too, annotation or not. */
function followsDefaults({ annotations, generation }: metav1.ObjectMeta): boolean {
  const said = annotations?.[autoUpdateAnnotation];
  return said === undefined ? generation === 1 : said === "true";
}

/** How many seats the exempt level counts as and lends is the administrator's business. */
function keepingShares<Spec extends object>(wanted: Spec, present: Spec): Spec {
  const { exempt } = present as { exempt?: object };
  return exempt && "exempt" in wanted ? { ...wanted, exempt } : wanted;
}

/** Without the order of keys and what is absent. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
