/**
 * Sets that are put together element by element. What was put together before is found again, a step for each element, and nothing is made:
 * objects of one template have the same owners of the same fields, so thousands of them share one set, or most of its parts.
 */
import { emptySet, type FieldSet } from "./field-set.ts";

/** Steps that are remembered, of all sets together. */
const mostSteps = 4096;
/** Elements of one set. Larger ones, the keys of a large config map, are hardly those of several objects. */
const mostElements = 128;
/** Characters of an element: clients choose them, and what is remembered stays. */
const longestElement = 256;

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
  /** Small, and so is all that it consists of: one large part would keep all of itself in memory. */
  readonly #isSmall: boolean;
  /** What followed the last time: mostly it does again, and nothing is looked up. */
  #last: SetChain | undefined;
  /** By what lies under the element, and by the element. */
  #next: Map<SetChain, Map<string, SetChain>> | undefined;
  #ordered: SetChain | undefined;
  /** Of one that is in order. */
  #set: FieldSet | undefined;

  private constructor(before: SetChain | undefined, element = "", part?: SetChain) {
    this.#before = before;
    this.#element = element;
    this.#part = part;
    this.#length = before ? before.#length + 1 : 0;
    const fits = this.#length <= mostElements && element.length <= longestElement;
    this.#isSmall = !before || !part || (fits && before.#isSmall && part.#isSmall);
  }

  static of(set: FieldSet): SetChain {
    const known = SetChain.#ofSets.get(set);
    if (known) return known;
    let chain: SetChain = SetChain.empty;
    for (const element in set) chain = chain.with(element, SetChain.of(set[element]!));
    // Nobody changes it any more, so that it may be seen again.
    if (chain.#isSmall && Object.isFrozen(set)) SetChain.#ofSets.set(set, chain);
    return chain;
  }

  /** With one element more, which is not in it. */
  with(element: string, part: SetChain): SetChain {
    const last = this.#last;
    if (last !== undefined && last.#part === part && last.#element === element) return last;
    const known = this.#next?.get(part)?.get(element);
    const chain = known ?? new SetChain(this, element, part);
    if (!chain.#isSmall) return chain;
    if (!known) this.#remember(chain, element, part);
    this.#last = chain;
    return chain;
  }

  /** Frozen and in the order of the wire; the same whatever the order was in which its elements came. */
  get set(): FieldSet {
    const ordered = this.#inOrder();
    ordered.#set ??= ordered.#make();
    return ordered.#set;
  }

  #remember(chain: SetChain, element: string, part: SetChain): void {
    if (SetChain.#steps++ >= mostSteps) SetChain.#forget();
    this.#next ??= new Map();
    const sameParts = this.#next.get(part);
    if (sameParts) sameParts.set(element, chain);
    else this.#next.set(part, new Map([[element, chain]]));
  }

  static #forget(): void {
    const { empty, itself } = SetChain;
    for (const start of [empty, itself]) [start.#last, start.#next] = [undefined, undefined];
    empty.#next = new Map([[empty, new Map([[".", itself]])]]);
    SetChain.#ofSets = new WeakMap();
    SetChain.#steps = 0;
  }

  #inOrder(): SetChain {
    this.#ordered ??= this.#order();
    return this.#ordered;
  }

  #order(): SetChain {
    let ordered: SetChain = SetChain.empty;
    for (const link of this.#links().sort((a, b) => (a.#element < b.#element ? -1 : 1)))
      ordered = ordered.with(link.#element, link.#part!.#inOrder());
    ordered.#ordered = ordered;
    return ordered;
  }

  #make(): FieldSet {
    if (this === SetChain.empty) return emptySet;
    const set: { [element: string]: FieldSet } = {};
    for (const link of this.#links().reverse()) set[link.#element] = link.#part!.set;
    if (this.#isSmall) SetChain.#ofSets.set(set, this);
    return Object.freeze(set);
  }

  #links(): SetChain[] {
    const links: SetChain[] = [];
    for (let link: SetChain = this; link.#before; link = link.#before) links.push(link);
    return links;
  }
}
