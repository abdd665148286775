/** Which objects a request means: its namespace, its label selector and its field selector, as one question to an entry. */
import { type KubernetesObject, parseFieldSelector, parseLabelSelector } from "../../api/mod.ts";
import { badRequest } from "../errors.ts";
import type { Look } from "./cache/cache-event.ts";
import type { Entry } from "./cache/entry.ts";
import type { Strategy } from "./strategy.ts";
import type { View } from "./view.ts";

/** Absent: everything matches. `look`: what other selectors have had decoded of the entry. */
export type Matches = ((entry: Entry, look?: Look) => boolean) | undefined;
type Read<T> = (entry: Entry, look: Look) => T;

export interface Selectors {
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

const noLabels: Readonly<Record<string, string>> = Object.freeze({});

/** Throws a 400 where a selector cannot be read or names a field that the kind does not offer. */
export function selection(view: View, { labelSelector, fieldSelector }: Selectors): Matches {
  const labels = labelSelector === "" ? undefined : readLabelSelector(labelSelector);
  const fields = fieldSelector === "" ? undefined : readFieldSelector(view, fieldSelector);
  if (labels && fields) return (entry, look = {}) => labels(entry, look) && fields(entry, look);
  const either = labels ?? fields;
  return either && ((entry, look = {}) => either(entry, look));
}

function readLabelSelector(text: string): Read<boolean> {
  const selector = orBadRequest(() => parseLabelSelector(text));
  return (entry, look) => {
    look.metadata ??= look.object?.metadata ?? entry.metadata;
    return selector.matches(look.metadata.labels ?? noLabels);
  };
}

/** Whether a field selector takes the object of this name alone. Throws a 400 where it cannot be read. */
export function selectsOnly(fieldSelector: string, name: string): boolean {
  const { requirements } = orBadRequest(() => parseFieldSelector(fieldSelector));
  return requirements.some(
    ({ field, operator, value }) => field === "metadata.name" && operator !== "!=" && value === name,
  );
}

interface FieldTest {
  readonly read: Read<string>;
  readonly value: string;
  readonly equal: boolean;
}

function readFieldSelector(view: View, text: string): Read<boolean> {
  const selector = orBadRequest(() => parseFieldSelector(text));
  const tests = selector.requirements.map(({ field, operator, value }): FieldTest => {
    return { read: fieldReader(view, field), value, equal: operator !== "!=" };
  });
  return (entry, look) => tests.every(({ read, value, equal }) => (read(entry, look) === value) === equal);
}

/** What the key tells is not looked up in the object. */
function fieldReader(view: View, field: string): Read<string> {
  const { strategy } = view;
  if (field === "metadata.name") return ({ key }) => key.slice(key.lastIndexOf("/") + 1);
  if (field === "metadata.namespace") return view.info.namespaced ? ({ key }) => namespaceOfKey(key) : () => "";
  const { selectableFields = {} } = strategy;
  if (!Object.hasOwn(selectableFields, field)) throw badRequest(unknownFieldText(strategy, field));
  const read = selectableFields[field]!;
  // Of another form each view has its own.
  if (view.conversion) return (entry) => read(view.peek(entry));
  return (entry, look) => {
    look.object ??= view.peek(entry);
    return read(look.object);
  };
}

function namespaceOfKey(key: string): string {
  const end = key.lastIndexOf("/");
  return key.slice(key.lastIndexOf("/", end - 1) + 1, end);
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
