/** The condition `Dangling` of a FlowSchema: whether the priority level that it names is there. */
import type { flowcontrolv1 } from "../../api/mod.ts";

type Condition = flowcontrolv1.FlowSchemaCondition;

/** The condition as it should be; nothing where it is. `now` is a timestamp. */
export function danglingCondition(
  { spec, status }: flowcontrolv1.FlowSchema,
  exists: (level: string) => boolean,
  now: string,
): Condition | undefined {
  const { name } = spec.priorityLevelConfiguration;
  const found = exists(name);
  const what = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)}`;
  const wanted: Condition = {
    type: "Dangling",
    status: found ? "False" : "True",
    lastTransitionTime: now,
    reason: found ? "Found" : "NotFound",
    message: `${what} ${found ? "and it exists" : "but there is no such object"}`,
  };
  const present = status?.conditions?.find(({ type }) => type === "Dangling");
  if (!present || present.status !== wanted.status) return wanted;
  if (present.reason === wanted.reason && present.message === wanted.message) return undefined;
  return { ...wanted, lastTransitionTime: present.lastTransitionTime ?? now };
}
