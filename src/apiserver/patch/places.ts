/** Where the items of a list stand, by what makes two of them the same: their merge key, or all of them. A search for each would take the square of its length. */
import { isObject } from "../apply/type-rules.ts";

export class Places {
  readonly #places = new Map<string, number>();
  readonly #mergeKey: string | undefined;
  #next: number;

  constructor(list: readonly unknown[], mergeKey?: string) {
    this.#mergeKey = mergeKey;
    this.#next = list.length;
    list.forEach((item, index) => {
      const identity = identityOf(item, mergeKey);
      if (!this.#places.has(identity)) this.#places.set(identity, index);
    });
  }

  has(item: unknown): boolean {
    return this.#places.has(identityOf(item, this.#mergeKey));
  }

  /** Of the first one that is the same; -1: there is none. */
  of(item: unknown): number {
    return this.#places.get(identityOf(item, this.#mergeKey)) ?? -1;
  }

  /** As `of`; one that is not there yet comes last. */
  add(item: unknown): number {
    const identity = identityOf(item, this.#mergeKey);
    const place = this.#places.get(identity) ?? this.#next++;
    this.#places.set(identity, place);
    return place;
  }
}

/** The same text for items that are the same. */
export function identityOf(item: unknown, mergeKey: string | undefined): string {
  return mergeKey !== undefined && isObject(item) ? `key ${textOf(item[mergeKey])}` : textOf(item);
}

/** JSON whose keys are in order; what is absent is null. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${textOf(value[key])}`).join()}}`;
}
