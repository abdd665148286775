/** All rules as entered, and the commands that lead from these to others. Pure: somebody else runs the commands. */
import { tableName } from "./base.ts";
import type { Element, Fragment } from "./fragment.ts";

const empty: Fragment = { chains: new Map(), sets: new Map(), elements: [] };
/** Elements entered by one command. */
const batchSize = 500;

export class RuleBook {
  readonly #fragments = new Map<string, Fragment>();
  /** Values by Service for each element: two Services may claim one external address. */
  readonly #claims = new Map<string, Map<string, Element>>();
  /** Chains and sets that nothing refers to any more. The kernel may still see the reference in the transaction that removes it. */
  readonly #unused = new Map<string, "chain" | "set">();

  /** Enters the Services' fragments (`undefined`: the Service is gone) and answers the commands that do so in the kernel. */
  change(changes: ReadonlyMap<string, Fragment | undefined>): readonly string[] {
    const definitions: string[] = [];
    const rules: string[] = [];
    const before = new Map<string, Element | undefined>();
    for (const [service, fragment = empty] of changes) {
      const old = this.#fragments.get(service) ?? empty;
      this.#define(old, fragment, definitions, rules);
      this.#claim(service, old, fragment, before);
      if (fragment === empty) this.#fragments.delete(service);
      else this.#fragments.set(service, fragment);
    }
    return [...definitions, ...rules, ...this.#elementCommands(before)];
  }

  /** Commands that remove what earlier changes left unused: to be run after those. */
  sweep(): readonly string[] {
    const commands = [...this.#unused].map(([name, kind]) => `delete ${kind} ip ${tableName} ${name}`);
    this.#unused.clear();
    // Chains first: they refer to sets.
    return commands.sort();
  }

  #define(old: Fragment, fragment: Fragment, definitions: string[], rules: string[]): void {
    for (const [name, declaration] of fragment.sets) {
      this.#unused.delete(name);
      if (!old.sets.has(name)) definitions.push(`add set ip ${tableName} ${name} { ${declaration} }`);
    }
    for (const [name, content] of fragment.chains) {
      this.#unused.delete(name);
      if (sameRules(old.chains.get(name), content)) continue;
      // A chain that is new here may still be in the kernel, but then it is empty.
      if (old.chains.has(name)) rules.push(`flush chain ip ${tableName} ${name}`);
      else definitions.push(`add chain ip ${tableName} ${name}`);
      rules.push(...content.map((rule) => `add rule ip ${tableName} ${name} ${rule}`));
    }
    for (const name of old.chains.keys()) {
      if (fragment.chains.has(name)) continue;
      rules.push(`flush chain ip ${tableName} ${name}`);
      this.#unused.set(name, "chain");
    }
    for (const name of old.sets.keys()) if (!fragment.sets.has(name)) this.#unused.set(name, "set");
  }

  #claim(service: string, old: Fragment, fragment: Fragment, before: Map<string, Element | undefined>): void {
    for (const element of [...old.elements, ...fragment.elements]) {
      const id = elementId(element);
      if (!before.has(id)) before.set(id, this.#effective(id));
    }
    for (const element of old.elements) this.#claims.get(elementId(element))?.delete(service);
    for (const element of fragment.elements) {
      const id = elementId(element);
      const claims = this.#claims.get(id) ?? new Map<string, Element>();
      claims.set(service, element);
      this.#claims.set(id, claims);
    }
  }

  /** Of several claims that of the first Service by name holds: the same on every node. */
  #effective(id: string): Element | undefined {
    const claims = this.#claims.get(id);
    if (!claims || claims.size === 0) return undefined;
    return claims.size === 1 ? claims.values().next().value : claims.get([...claims.keys()].sort()[0]!);
  }

  #elementCommands(before: ReadonlyMap<string, Element | undefined>): readonly string[] {
    const removed: Element[] = [];
    const added: Element[] = [];
    for (const [id, old] of before) {
      const now = this.#effective(id);
      if (!now) this.#claims.delete(id);
      if (old?.value === now?.value) continue;
      if (old) removed.push(old);
      if (now) added.push(now);
    }
    return [...listElements("delete", removed), ...listElements("add", added)];
  }
}

function sameRules(old: readonly string[] | undefined, now: readonly string[]): boolean {
  return old?.length === now.length && old.every((rule, at) => rule === now[at]);
}

const elementId = ({ map, key }: Element) => `${map} ${key}`;

function listElements(verb: "add" | "delete", elements: readonly Element[]): readonly string[] {
  const byMap = Map.groupBy(elements, ({ map }) => map);
  return [...byMap].flatMap(([map, all]) => {
    const texts = all.map(({ key, value }) => (value === "" || verb === "delete" ? key : `${key} : ${value}`));
    return chunks(texts, batchSize).map((part) => `${verb} element ip ${tableName} ${map} { ${part.join(", ")} }`);
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
