/** Which objects a request means: its namespace, its label selector and its field selector, as one question to an entry. */
import { type KubernetesObject, parseFieldSelector, parseLabelSelector } from "../../api/mod.ts";
import { badRequest } from "../errors.ts";
import type { Entry } from "./cache/entry.ts";
import type { Strategy } from "./strategy.ts";
import type { View } from "./view.ts";

/** Absent: everything matches. */
export type Matches = ((entry: Entry) => boolean) | undefined;

export interface Selectors {
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

const noLabels: Readonly<Record<string, string>> = Object.freeze({});

/** Throws a 400 where a selector cannot be read or names a field that the kind does not offer. */
export function selection(view: View, { labelSelector, fieldSelector }: Selectors): Matches {
  const labels = labelSelector === "" ? undefined : readLabelSelector(labelSelector);
  const fields = fieldSelector === "" ? undefined : readFieldSelector(view.strategy, fieldSelector);
  if (labels && fields) return (entry) => labels(entry.object) && fields(view.object(entry));
  const only = labels ?? fields;
  return only && ((entry) => only(view.object(entry)));
}

function readLabelSelector(text: string): (object: KubernetesObject) => boolean {
  const selector = orBadRequest(() => parseLabelSelector(text));
  return (object) => selector.matches(object.metadata.labels ?? noLabels);
}

interface FieldTest {
  readonly read: (object: KubernetesObject) => string;
  readonly value: string;
  readonly equal: boolean;
}

function readFieldSelector(strategy: Strategy<KubernetesObject>, text: string): (object: KubernetesObject) => boolean {
  const selector = orBadRequest(() => parseFieldSelector(text));
  const tests = selector.requirements.map(({ field, operator, value }): FieldTest => {
    return { read: fieldReader(strategy, field), value, equal: operator !== "!=" };
  });
  return (object) => tests.every(({ read, value, equal }) => (read(object) === value) === equal);
}

function fieldReader(strategy: Strategy<KubernetesObject>, field: string): (object: KubernetesObject) => string {
  if (field === "metadata.name") return (object) => object.metadata.name;
  if (field === "metadata.namespace") return (object) => object.metadata.namespace ?? "";
  const { selectableFields = {} } = strategy;
  if (Object.hasOwn(selectableFields, field)) return selectableFields[field]!;
  throw badRequest(unknownFieldText(strategy, field));
}

/** Upstream words this differently for kinds that select by metadata only. */
function unknownFieldText(strategy: Strategy<KubernetesObject>, field: string): string {
  const { group, kind, schema } = strategy.resource;
  if (group === "batch") return `field label ${JSON.stringify(field)} not supported for ${kind}`;
  if (strategy.selectableFields || !schema) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function orBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}
