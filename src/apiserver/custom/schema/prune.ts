/** Dropping what a schema does not know. */
import { isObject } from "../../apply/type-rules.ts";
import type { JsonObject, StructuralNode } from "./structural-node.ts";
import { Place } from "./walk.ts";

const ownFields: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/**
 * Removes, in place, the members that the schema does not specify; apiVersion, kind and metadata of the object itself and of embedded objects
 * stay. Answers the paths of what went, sorted.
 */
export function pruneObject(object: JsonObject, node: StructuralNode): string[] {
  const pruning = new Pruning();
  pruning.members(object, node, true, !node.preservesUnknown);
  return pruning.removed.sort();
}

/** As `pruneObject`, of a value that is no object of its own, as defaults are. */
export function pruneValue(value: unknown, node: StructuralNode): string[] {
  const pruning = new Pruning();
  pruning.value(value, node);
  return pruning.removed.sort();
}

class Pruning {
  readonly removed: string[] = [];
  readonly #place = new Place();

  /** Without a node nothing is known: objects come out empty, inside lists too. */
  value(value: unknown, node: StructuralNode | undefined): void {
    if (typeof value !== "object" || value === null) return;
    const strict = !node?.preservesUnknown;
    if (isObject(value)) this.members(value, node, node?.embedded === true, strict);
    else this.#items(value as unknown[], node, strict);
  }

  members(object: JsonObject, node: StructuralNode | undefined, isResource: boolean, strict: boolean): void {
    for (const name of Object.keys(object)) {
      if (isResource && ownFields.has(name)) continue;
      const known = node?.properties.get(name);
      if (!known && !node?.additional) {
        if (strict) this.#remove(object, name);
        continue;
      }
      this.#place.enter(name);
      this.value(object[name], known ?? additionalNode(node));
      this.#place.leave();
    }
  }

  /** Below a node that preserves what is unknown, items are looked at for what their own schema says more strictly. */
  #items(list: readonly unknown[], node: StructuralNode | undefined, strict: boolean): void {
    for (const [position, item] of list.entries()) {
      this.#place.enter(position);
      if (strict || node?.items) this.#item(item, node?.items, strict);
      this.#place.leave();
    }
  }

  #item(item: unknown, node: StructuralNode | undefined, strict: boolean): void {
    if (!strict && node && isObject(item)) this.members(item, node, node.embedded, false);
    else this.value(item, node);
  }

  #remove(object: JsonObject, name: string): void {
    this.#place.enter(name);
    this.removed.push(this.#place.toString());
    this.#place.leave();
    delete object[name];
  }
}

function additionalNode(node: StructuralNode | undefined): StructuralNode | undefined {
  return node?.additional === "any" ? undefined : node?.additional;
}
