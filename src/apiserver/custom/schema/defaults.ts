/** Setting what an object leaves out, as its schema says. */
import { clone } from "../../../api/mod.ts";
import { isObject } from "../../apply/type-rules.ts";
import { entityTooLargeBecause } from "../../errors.ts";
import type { StrayNulls } from "../../request/body-kind.ts";
import { type JsonObject, memberNode, type StructuralNode } from "./structural-node.ts";

/** In place. Throws a 413 where the object becomes too large: a short list of empty objects may take gigabytes of defaults. */
export function applySchemaDefaults(object: JsonObject, node: StructuralNode, nulls: StrayNulls): void {
  if (nulls === "dropped") dropNulls(object, node);
  new Defaulting().set(object, node);
}

/** Removes members that are null and may not be. Items of lists cannot go: validation says what is wrong with them. */
function dropNulls(value: unknown, node: StructuralNode): void {
  if (typeof value !== "object" || value === null || !node.holds.defaults) return;
  if (Array.isArray(value)) {
    if (node.items) for (const item of value) dropNulls(item, node.items);
    return;
  }
  const object = value as JsonObject;
  for (const name of Object.keys(object)) {
    const member = memberNode(node, name);
    if (!member) continue;
    if (object[name] === null && !member.nullable) delete object[name];
    else dropNulls(object[name], member);
  }
}

/** All defaults of one object together, in characters of JSON. */
const mostDefaults = 8 * 1024 * 1024;

/** Sets defaults from the outside in: a default that is an object may have defaults of its own. */
class Defaulting {
  #characters = 0;
  readonly #lengths = new Map<StructuralNode, number>();

  set(value: unknown, node: StructuralNode): void {
    if (typeof value !== "object" || value === null || !node.holds.defaults) return;
    if (isObject(value)) this.#setMembers(value, node);
    else if (node.items) this.#setItems(value as unknown[], node.items);
  }

  #setMembers(object: JsonObject, node: StructuralNode): void {
    for (const [name, member] of node.properties)
      if (member.default !== undefined && !Object.hasOwn(object, name)) this.#setMember(object, name, member);
    for (const name of Object.keys(object)) {
      const member = memberNode(node, name);
      if (!member) continue;
      if (isMissing(object[name], member)) this.#setMember(object, name, member);
      this.set(object[name], member);
    }
  }

  /** By definition, not by assignment: a member may be called `__proto__`. */
  #setMember(object: JsonObject, name: string, node: StructuralNode): void {
    const value = this.#defaultOf(node, name.length);
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }

  #setItems(list: unknown[], node: StructuralNode): void {
    for (const [position, item] of list.entries()) {
      if (isMissing(item, node)) list[position] = this.#defaultOf(node, 0);
      this.set(list[position], node);
    }
  }

  #defaultOf(node: StructuralNode, nameLength: number): unknown {
    const length = this.#lengths.get(node) ?? JSON.stringify(node.default).length;
    this.#lengths.set(node, length);
    this.#characters += nameLength + length;
    if (this.#characters > mostDefaults)
      throw entityTooLargeBecause(`the object has more than ${mostDefaults} characters of defaults`);
    return clone(node.default);
  }
}

function isMissing(value: unknown, node: StructuralNode): boolean {
  return value === null && !node.nullable && node.default !== undefined;
}
