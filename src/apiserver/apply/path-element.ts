/** The elements of field paths: `f:` field, `k:` list item by keys, `v:` set item by value, `i:` by position. */
import { isObject, type ListKey } from "./type-rules.ts";

export function fieldElement(name: string): string {
  return `f:${name}`;
}

export function valueElement(value: unknown): string {
  return `v:${JSON.stringify(value)}`;
}

/** The element of an item of a keyed list. Keys left out take their default; one without a default is left out here too. */
export function keyElement(item: unknown, keys: readonly ListKey[]): string {
  let text = "";
  for (const key of keys) {
    const value = (isObject(item) ? item[key.name] : undefined) ?? key.default;
    if (value === undefined) continue;
    text += `${text === "" ? "" : ","}"${key.name}":${typeof value === "number" ? value : JSON.stringify(value)}`;
  }
  return `k:{${text}}`;
}

/** As it stands in messages: `.spec`, `[name="a"]`, `[="x"]`, `[0]`. */
function printElement(element: string): string {
  const body = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${body}`;
    case "k": {
      const keys = JSON.parse(body) as Record<string, unknown>;
      return `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(",")}]`;
    }
    case "v":
      return `[=${body}]`;
    default:
      return `[${body}]`;
  }
}

export function printPath(path: readonly string[]): string {
  return path.map(printElement).join("");
}
