/** Lists of a schema that are sets or maps: comparing each item with each would cost the product of two lengths, and both are anybody's. */
import { sortKeys } from "../../api/mod.ts";
import { toJson } from "./to-json.ts";
import { type ListSemantics, MapValue, type Value } from "./value.ts";

/** What tells the items apart, as a text. */
export function identityOf(semantics: ListSemantics): (item: Value) => string {
  if (semantics.type === "set") return textOf;
  const { keys } = semantics;
  return (item) =>
    item instanceof MapValue ? JSON.stringify(keys.map((key) => textOf(item.get(key)))) : `no map: ${textOf(item)}`;
}

function textOf(value: Value | undefined): string {
  return value === undefined ? "absent" : JSON.stringify(sortKeys(toJson(value)));
}
