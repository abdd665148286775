/** Which names a definition gets: those that no other definition of its group has been given before. */
import type { apiextensionsv1 } from "../../api/mod.ts";
import { conditionOf, type Definition, type DefinitionCondition, isTrue } from "./definition.ts";

type Names = apiextensionsv1.CustomResourceDefinitionNames;
type NewCondition = Omit<DefinitionCondition, "lastTransitionTime">;

export interface Naming {
  readonly acceptedNames: Names;
  readonly conditions: readonly NewCondition[];
}

/** Names that are taken in a group: resources and kinds are two worlds. */
export interface TakenNames {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

export function takenNames(definitions: Iterable<Definition>, group: string): TakenNames {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { spec, status } of definitions) {
    const names = status?.acceptedNames;
    if (spec.group !== group || !names) continue;
    for (const name of [names.plural, names.singular, ...(names.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [names.kind, names.listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

/** What is not to be had stays as it was; the last conflict is the one that is told. */
export function nameDefinition(definition: Definition, { resources, kinds }: TakenNames): Naming {
  const wanted = definition.spec.names;
  const present: Partial<Names> = definition.status?.acceptedNames ?? {};
  const accepted: Partial<Names> = { ...present };
  let conflict: NewCondition | undefined;
  const claim = (key: "plural" | "singular" | "kind" | "listKind", taken: ReadonlySet<string>, reason: string) => {
    const name = wanted[key] ?? "";
    if (name === "" || name === present[key] || !taken.has(name)) put(accepted, key, name);
    else conflict = refusal(reason, inUse(name));
  };
  claim("plural", resources, "PluralConflict");
  claim("singular", resources, "SingularConflict");
  const own = new Set(present.shortNames);
  const lost = (wanted.shortNames ?? []).filter((name) => !own.has(name) && resources.has(name));
  if (lost.length === 0) put(accepted, "shortNames", wanted.shortNames);
  else conflict = refusal("ShortNamesConflict", aggregate(lost.map(inUse)));
  claim("kind", kinds, "KindConflict");
  claim("listKind", kinds, "ListKindConflict");
  put(accepted, "categories", wanted.categories);
  const named = conflict ?? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: noConflicts };
  const complete = { ...accepted, plural: accepted.plural ?? "", kind: accepted.kind ?? "" };
  return { acceptedNames: complete, conditions: [named, established(definition, !conflict)] };
}

const noConflicts = "no conflicts found";

function refusal(reason: string, message: string): NewCondition {
  return { type: "NamesAccepted", status: "False", reason, message };
}

function inUse(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

function aggregate(messages: readonly string[]): string {
  return messages.length === 1 ? messages[0]! : `[${messages.join(", ")}]`;
}

/** Who is established stays so, whatever becomes of later wishes. */
function established(definition: Definition, accepted: boolean): NewCondition {
  const present = conditionOf(definition, "Established");
  if (accepted && !isTrue(definition, "Established"))
    return {
      type: "Established",
      status: "False",
      reason: "Installing",
      message: "the initial names have been accepted",
    };
  return (
    present ?? { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" }
  );
}

function put<K extends keyof Names>(names: Partial<Names>, key: K, value: Names[K] | undefined): void {
  if (value === undefined || value === "") delete names[key];
  else names[key] = value;
}
