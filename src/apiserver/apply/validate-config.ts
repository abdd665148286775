/** Whether a configuration to apply has the shape of its type. Wording as upstream's, which prints values in Go's way. */
import { indexItems } from "./list-items.ts";
import { fieldElement, printPath } from "./path-element.ts";
import {
  isObject,
  type JsonObject,
  type ListRules,
  type MapRules,
  memberRules,
  type ScalarRules,
  type StructRules,
  type TypeRules,
} from "./type-rules.ts";

/** One sentence for each problem: `.spec.foo: field not declared in schema`. */
export function validateConfig(rules: StructRules, config: JsonObject): string[] {
  const errors: string[] = [];
  const path: string[] = [];
  const report = (text: string): void => {
    errors.push(`${printPath(path)}: ${text}`);
  };

  const check = (type: TypeRules, value: unknown): void => {
    if (value === null || value === undefined || type.kind === "deduced") return;
    if (type.kind === "scalar") checkScalar(type, value);
    else if (type.kind === "list") {
      if (Array.isArray(value)) checkItems(type, value);
      else report(`expected list, got &{${printGo(value)}}`);
    } else if (isObject(value)) checkMembers(type, value);
    else report(`expected map, got &{${printGo(value)}}`);
  };
  const checkMembers = (type: StructRules | MapRules, members: JsonObject): void => {
    for (const [key, member] of Object.entries(members)) {
      path.push(fieldElement(key));
      const declared = memberRules(type, key);
      if (declared) check(declared, member);
      else report("field not declared in schema");
      path.pop();
      // The first is told.
      if (!declared) return;
    }
  };
  const checkScalar = (type: ScalarRules, value: unknown): void => {
    if (type.type === "any" || typeof value === type.type) return;
    if (type.type === "number") report(`expected numeric (int or float), got ${goType(value)}`);
    else if (type.type === "boolean") report(`expected boolean, got &{${printGo(value)}}`);
    else report(`expected string, got &value.valueUnstructured{Value:${printGo(value)}}`);
  };
  const checkItems = (type: ListRules, items: readonly unknown[]): void => {
    if (type.listType === "atomic") return;
    const unfit = unfitItem(type, items);
    if (unfit) {
      report(unfit);
      return;
    }
    for (const [element, same] of indexItems(type, items)) {
      if (same.length > 1) report(`duplicate entries for key ${printPath([element])}`);
      path.push(element);
      check(type.item, same[0]);
      path.pop();
    }
  };

  check(rules, config);
  return errors;
}

/** Items that cannot be told apart make the list none; the first is told. */
function unfitItem({ listType, keys }: ListRules, items: readonly unknown[]): string | undefined {
  if (listType !== "map") return unfitElement(items);
  for (const [position, item] of items.entries()) {
    if (item === null) return `element ${position}: associative list with keys may not have a null element`;
    if (!isObject(item)) return `element ${position}: associative list with keys may not have non-map elements`;
    if (keys.some(({ name, default: otherwise }) => (item[name] ?? otherwise) !== undefined)) continue;
    const names = keys.map(({ name }) => JSON.stringify(name)).join(" ");
    const why = "(and doesn't have default values for any key fields)";
    return `element ${position}: associative list with keys has an element that omits all key fields [${names}] ${why}`;
  }
  return undefined;
}

function unfitElement(items: readonly unknown[]): string | undefined {
  for (const [position, item] of items.entries()) {
    const without = `element ${position}: associative list without keys has an element that's`;
    if (item === null) return `${without} an explicit null`;
    if (Array.isArray(item)) return `element ${position}: not supported: associative list with lists as elements`;
    if (isObject(item)) return `${without} a map type`;
  }
  return undefined;
}

function goType(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return typeof value === "object" ? "map[string]interface {}" : typeof value;
}

/** A value the way Go's `%v` prints it. */
export function printGo(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(printGo).join(" ")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${printGo(value[key])}`);
  return `map[${members.join(" ")}]`;
}
