/** Setting what an object leaves out, as its schema says. */
import { clone } from "../../../api/mod.ts";
import { isObject } from "../../apply/type-rules.ts";
import type { StrayNulls } from "../../request/body-kind.ts";
import { type JsonObject, memberNode, type StructuralNode } from "./structural-node.ts";

/** In place. */
export function applySchemaDefaults(object: JsonObject, node: StructuralNode, nulls: StrayNulls): void {
  if (nulls === "dropped") dropNulls(object, node);
  setDefaults(object, node);
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

/** Sets defaults from the outside in: a default that is an object may have defaults of its own. */
function setDefaults(value: unknown, node: StructuralNode): void {
  if (typeof value !== "object" || value === null || !node.holds.defaults) return;
  if (isObject(value)) setMembers(value, node);
  else if (node.items) setItems(value as unknown[], node.items);
}

function setMembers(object: JsonObject, node: StructuralNode): void {
  for (const [name, member] of node.properties)
    if (member.default !== undefined && !Object.hasOwn(object, name)) setMember(object, name, member);
  for (const name of Object.keys(object)) {
    const member = memberNode(node, name);
    if (!member) continue;
    if (isMissing(object[name], member)) setMember(object, name, member);
    setDefaults(object[name], member);
  }
}

/** By definition, not by assignment: a member may be called `__proto__`. */
function setMember(object: JsonObject, name: string, node: StructuralNode): void {
  const value = clone(node.default);
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function setItems(list: unknown[], node: StructuralNode): void {
  for (const [position, item] of list.entries()) {
    if (isMissing(item, node)) list[position] = clone(node.default);
    setDefaults(list[position], node);
  }
}

function isMissing(value: unknown, node: StructuralNode): boolean {
  return value === null && !node.nullable && node.default !== undefined;
}
