/**
 * Sets that are put together element by element. What was put together before is found again, a step for each element, and nothing is made:
 * objects of one template have the same owners of the same fields, so thousands of them share one set, or most of its parts.
 */
import { emptySet, type FieldSet } from "./field-set.ts";

/** Steps that are remembered, of all sets together. */
const mostSteps = 4096;
/** Elements of one set. Larger ones, the keys of a large config map, are hardly those of several objects. */
const mostElements = 128;

export class SetChain {
  static #ofSets = new WeakMap<FieldSet, SetChain>();
  static #steps = 0;
  /** The empty set, which is also what lies under an element that is a member and nothing else. */
  static readonly empty = new SetChain(undefined);
  /** Of what is a member and has others under it, which follow. */
  static readonly itself = SetChain.empty.with(".", SetChain.empty);

  readonly #before: SetChain | undefined;
  readonly #element: string;
  readonly #part: SetChain | undefined;
  readonly #length: number;
  /** What followed the last time: mostly it does again, and nothing is looked up. */
  #last: SetChain | undefined;
  /** By what lies under the element, and by the element. */
  #next: Map<SetChain, Map<string, SetChain>> | undefined;
  #set: FieldSet | undefined;

  private constructor(before: SetChain | undefined, element = "", part?: SetChain) {
    this.#before = before;
    this.#element = element;
    this.#part = part;
    this.#length = before ? before.#length + 1 : 0;
  }

  static of(set: FieldSet): SetChain {
    const known = SetChain.#ofSets.get(set);
    if (known) return known;
    let chain: SetChain = SetChain.empty;
    for (const element in set) chain = chain.with(element, SetChain.of(set[element]!));
    // Nobody changes it any more, so that it may be seen again.
    if (Object.isFrozen(set)) SetChain.#ofSets.set(set, chain);
    return chain;
  }

  /** With one element more, which is not in it. */
  with(element: string, part: SetChain): SetChain {
    const last = this.#last;
    if (last !== undefined && last.#part === part && last.#element === element) return last;
    this.#last = this.#next?.get(part)?.get(element) ?? this.#grow(element, part);
    return this.#last;
  }

  /** Frozen and in the order of the wire; the same whatever the order was in which its elements came. */
  get set(): FieldSet {
    this.#set ??= this.#make();
    return this.#set;
  }

  #grow(element: string, part: SetChain): SetChain {
    const chain = new SetChain(this, element, part);
    if (chain.#length > mostElements) return chain;
    if (SetChain.#steps++ >= mostSteps) SetChain.#forget();
    this.#next ??= new Map();
    const sameParts = this.#next.get(part);
    if (sameParts) sameParts.set(element, chain);
    else this.#next.set(part, new Map([[element, chain]]));
    return chain;
  }

  static #forget(): void {
    const { empty, itself } = SetChain;
    for (const start of [empty, itself]) [start.#last, start.#next] = [undefined, undefined];
    empty.#next = new Map([[empty, new Map([[".", itself]])]]);
    SetChain.#ofSets = new WeakMap();
    SetChain.#steps = 0;
  }

  #make(): FieldSet {
    const links = this.#links();
    if (links.length === 0) return emptySet;
    const set: { [element: string]: FieldSet } = {};
    let ordered: SetChain = SetChain.empty;
    for (const link of links.sort((a, b) => (a.#element < b.#element ? -1 : 1))) {
      const part = link.#part!.set;
      set[link.#element] = part;
      ordered = ordered.with(link.#element, SetChain.of(part));
    }
    if (ordered.#set) return ordered.#set;
    ordered.#set = Object.freeze(set);
    SetChain.#ofSets.set(set, ordered);
    return set;
  }

  #links(): SetChain[] {
    const links: SetChain[] = [];
    for (let link: SetChain = this; link.#before; link = link.#before) links.push(link);
    return links;
  }
}
