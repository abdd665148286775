/**
 * From a parsed YAML document to the value that its JSON would have: anchors, merge keys and keys that are no texts as upstream takes them, in
 * one walk whose cost is bounded by what comes out of it.
 */
import type { Alias, Document, Node, YAMLMap, YAMLSeq } from "yaml";
import { setKey } from "../object.ts";
import { DecodeError } from "./decode-error.ts";
import { maximumDepth } from "./json-text.ts";
import { yaml } from "./yaml-library.ts";

type Members = Record<string, unknown>;

/** Values that may come out of aliases whatever the document's size; more only in proportion to it. */
const freeAliased = 100_000;
const aliasedShare = 10;

/** `null` where there is no document. Throws `DecodeError`. */
export function yamlValue(document: Document | undefined): unknown {
  return document?.contents ? new Walk().value(document.contents as Node) : null;
}

class Walk {
  readonly #anchors = new Map<string, Node>();
  /** Anchored nodes being read: an alias to one of them would have no end. */
  readonly #open = new Set<Node>();
  #depth = 0;
  #aliasDepth = 0;
  #values = 0;
  #aliased = 0;

  value(node: Node | null): unknown {
    if (node === null) return null;
    this.#count();
    if (yaml().isAlias(node)) return this.#alias(node);
    const { anchor } = node as { readonly anchor?: string };
    if (anchor !== undefined && this.#aliasDepth === 0) this.#anchors.set(anchor, node);
    if (yaml().isScalar(node)) return scalarValue(node.value);
    if (++this.#depth > maximumDepth) throw new DecodeError(`yaml: exceeded max depth of ${maximumDepth}`);
    this.#open.add(node);
    const value = yaml().isMap(node) ? this.#map(node) : yaml().isSeq(node) ? this.#list(node) : null;
    this.#open.delete(node);
    this.#depth--;
    return value;
  }

  #count(): void {
    this.#values++;
    if (this.#aliasDepth === 0) return;
    this.#aliased++;
    if (this.#aliased > freeAliased && this.#aliased * aliasedShare > this.#values * (aliasedShare - 1))
      throw new DecodeError("yaml: document contains excessive aliasing");
  }

  #alias(alias: Alias): unknown {
    return this.#through(alias, (node) => this.value(node));
  }

  #through<T>({ source }: Alias, read: (node: Node) => T): T {
    const node = this.#anchors.get(source);
    if (!node) throw new DecodeError(`yaml: unknown anchor '${source}' referenced`);
    if (this.#open.has(node)) throw new DecodeError(`yaml: anchor '${source}' value contains itself`);
    this.#aliasDepth++;
    const value = read(node);
    this.#aliasDepth--;
    return value;
  }

  #list({ items }: YAMLSeq): unknown[] {
    // The reader makes pairs of lists tagged as sets and ordered maps.
    return items.map((item) =>
      yaml().isPair(item) ? { [this.#key(item.key)]: this.value(item.value as Node) } : this.value(item as Node),
    );
  }

  /** What is merged in gives way to what stands in the map itself, and the first merged to the next. */
  #map({ items }: YAMLMap): Members {
    const own: Members = {};
    const merged: Members[] = [];
    for (const { key, value } of items) {
      if (isMergeKey(key)) merged.push(...this.#merged(value as Node | null));
      else setKey(own, this.#key(key), this.value(value as Node | null));
    }
    for (const members of merged)
      for (const [key, value] of Object.entries(members)) if (!Object.hasOwn(own, key)) setKey(own, key, value);
    return own;
  }

  #merged(node: Node | null): Members[] {
    if (node && yaml().isAlias(node)) return this.#through(node, (found) => this.#merged(found));
    const sources = yaml().isSeq(node) ? (node.items as Node[]) : [node];
    return sources.map((source) => {
      const value = yaml().isAlias(source) || yaml().isMap(source) ? this.value(source) : undefined;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
      throw new DecodeError("yaml: map merge requires map or sequence of maps as the value");
    });
  }

  #key(key: unknown): string {
    const value = yaml().isAlias(key) ? this.#alias(key) : yaml().isScalar(key) ? scalarValue(key.value) : key;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (value === null) throw new DecodeError("unsupported map key of type: %!s(<nil>), key: <nil>");
    throw new DecodeError(
      `yaml: invalid map key: ${JSON.stringify(yaml().isMap(key) || yaml().isSeq(key) ? this.value(key) : value)}`,
    );
  }
}

function isMergeKey(key: unknown): boolean {
  return (
    yaml().isScalar(key) && (key.value === "<<" || typeof key.value === "symbol") && (key.type ?? "PLAIN") === "PLAIN"
  );
}

/** Numbers that JSON does not have, and bytes, come as JSON has them. */
function scalarValue(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value === undefined || typeof value === "symbol" ? null : value;
}
