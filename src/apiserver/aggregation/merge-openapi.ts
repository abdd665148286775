/** Merges a part of one OpenAPI v2 document into another. Pure. */
import { isDeepStrictEqual } from "node:util";

export interface OpenApiV2Document {
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly definitions?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

const referencePrefix = "#/definitions/";
const references = /"\$ref":"#\/definitions\/([^"]+)"/g;

/**
 * `own` with those paths of `other` that are `prefix` or lie below it, and the definitions that they lead to. A definition that `own` has under
 * the same name and with another content gets a new name.
 */
export function mergeDocuments(own: OpenApiV2Document, other: OpenApiV2Document, prefix: string): OpenApiV2Document {
  const paths = Object.entries(other.paths ?? {}).filter(([path]) => isBelow(path, prefix));
  const all = other.definitions ?? {};
  const needed = reachable(paths, all);
  const names = renamed(needed, all, own.definitions ?? {});
  const moved = <T>(value: T): T => withNames(value, names);
  return {
    ...own,
    paths: { ...own.paths, ...moved(Object.fromEntries(paths)) },
    definitions: {
      ...own.definitions,
      ...Object.fromEntries([...needed].map((name) => [names.get(name) ?? name, moved(all[name])])),
    },
  };
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function reachable(from: unknown, all: Readonly<Record<string, unknown>>): Set<string> {
  const found = new Set<string>();
  const queue: unknown[] = [from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop())
    for (const [, name] of JSON.stringify(node).matchAll(references)) {
      if (name === undefined || found.has(name) || !(name in all)) continue;
      found.add(name);
      queue.push(all[name]);
    }
  return found;
}

type Definitions = Readonly<Record<string, unknown>>;

function renamed(needed: ReadonlySet<string>, all: Definitions, own: Definitions): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of needed) {
    if (!(name in own) || isSame(own[name], all[name])) continue;
    for (let number = 2; ; number++) {
      const candidate = `${name}_v${number}`;
      if (candidate in own && !isSame(own[candidate], all[name])) continue;
      names.set(name, candidate);
      break;
    }
  }
  return names;
}

/** Texts and the list of kinds differ between releases that mean the same type. */
function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(bare(a), bare(b));
}

function bare(value: unknown): unknown {
  const text = JSON.stringify(value ?? null, (key, one) => {
    const isDecoration =
      key === "x-kubernetes-group-version-kind" || (key === "description" && typeof one === "string");
    return isDecoration ? undefined : one;
  });
  return JSON.parse(text);
}

function withNames<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (names.size === 0) return value;
  return JSON.parse(JSON.stringify(value), (key, one) => {
    if (key !== "$ref" || typeof one !== "string" || !one.startsWith(referencePrefix)) return one;
    const name = one.slice(referencePrefix.length);
    return referencePrefix + (names.get(name) ?? name);
  });
}
