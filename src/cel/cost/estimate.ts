/**
 * What an expression may cost at most, reckoned from the sizes that its types allow: by upstream's scale, so that a rule that it would refuse
 * is refused here, with the same figure.
 */
import type { Checked } from "../checker/checker.ts";
import type { Overload } from "../checker/signature.ts";
import type { Type } from "../checker/types.ts";
import type { Call, Expression, Loop, OptionalMap } from "../syntax/ast.ts";
import { prices } from "./prices.ts";
import { sizeOf } from "./size.ts";

/** Infinity where nothing bounds it. */
export function estimateCost(checked: Checked): number {
  return new Estimator(checked).cost(checked.expression);
}

const perCharacter = 0.1;
const sized: ReadonlySet<string> = new Set(["string", "bytes", "list", "map", "dyn", "parameter", "opaque"]);
const comparisons: ReadonlySet<string> = new Set(["_<_", "_<=_", "_>_", "_>=_"]);

/** Nothing times unbounded is nothing. */
function times(count: number, each: number): number {
  return count === 0 || each === 0 ? 0 : count * each;
}

/** What a round of a macro costs beside its condition and its body, and what the whole costs beside its rounds. */
const rounds: Readonly<Record<Loop["name"], { readonly each: number; readonly whole: number }>> = {
  all: { each: 3, whole: 1 },
  exists: { each: 4, whole: 1 },
  exists_one: { each: 2, whole: 2 },
  map: { each: 12, whole: 11 },
  filter: { each: 13, whole: 11 },
  transformList: { each: 12, whole: 11 },
  transformMap: { each: 3, whole: 31 },
  transformMapEntry: { each: 2, whole: 31 },
};

class Estimator {
  readonly #checked: Checked;

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  cost(expression: Expression): number {
    if (this.#checked.typeNames.has(expression)) return prices.name;
    switch (expression.kind) {
      case "literal":
        return 0;
      case "identifier":
        return prices.name;
      case "select":
        return this.#select(expression);
      case "call":
        return this.#call(expression);
      case "list":
        return prices.list + this.#sum(expression.items.map(({ value }) => value));
      case "map":
        return prices.map + this.#sum(expression.entries.flatMap(({ key, value }) => [key, value]));
      case "struct":
        return prices.struct + this.#sum(expression.fields.map(({ value }) => value));
      case "loop":
        return this.#loop(expression);
      case "optionalMap":
        return this.#optionalMap(expression);
    }
  }

  #sum(parts: readonly Expression[]): number {
    return parts.reduce((total, part) => total + this.cost(part), 0);
  }

  #select({ operand, test, optional }: Extract<Expression, { kind: "select" }>): number {
    const inner = this.cost(operand);
    if (test) return inner;
    const { kind } = this.#checked.typeOf(operand);
    return inner + (optional || kind === "map" || kind === "object" || kind === "parameter" ? prices.name : 0);
  }

  #call(call: Call): number {
    const overloads = this.#checked.overloads.get(call) ?? [];
    const given = this.#given(call, overloads);
    if (call.name === "_?_:_") {
      const [condition, yes, no] = given as [Expression, Expression, Expression];
      return this.cost(condition) + Math.max(this.cost(yes), this.cost(no));
    }
    const arguments_ = this.#sum(given);
    if (call.name === "_&&_" || call.name === "_||_") return arguments_;
    const sizes = given.map((one) => this.size(one));
    return arguments_ + Math.max(...overloads.map((overload) => this.#own(call, overload, given, sizes)), 0);
  }

  #given(call: Call, overloads: readonly Overload[]): readonly Expression[] {
    return call.target && overloads[0]?.member !== false ? [call.target, ...call.arguments] : call.arguments;
  }

  #own(call: Call, overload: Overload, given: readonly Expression[], sizes: readonly number[]): number {
    const { name } = call;
    const [first = 0, second = 0] = sizes;
    if (name === "_==_" || name === "_!=_") return Math.ceil(Math.min(first, second) * perCharacter);
    const kind = overload.parameters[0]?.kind;
    const isText = kind === "string" || kind === "bytes";
    if (comparisons.has(name)) return isText ? Math.ceil(Math.min(first, second) * perCharacter) : prices.call;
    if (name === "_+_") return isText ? Math.ceil((first + second) * perCharacter) : prices.call;
    if (name === "_in_" || name === "@in") return kind === "parameter" && isList(overload) ? second : prices.call;
    if (name === "join") return this.#join(given[0]!, sizes);
    const reckoned = overload.estimate ?? overload.cost;
    if (!reckoned) return prices.call;
    const own = Math.ceil(reckoned(sizes));
    return Number.isNaN(own) ? 0 : this.#ofItems(given[0], own);
  }

  /** All texts, and what stands between them. */
  #join(target: Expression, [count = 0, separator = 0]: readonly number[]): number {
    const most = this.#checked.typeOf(target).parameters[0]?.maximum ?? Number.POSITIVE_INFINITY;
    return Math.ceil((times(count, most) + times(count, separator)) * perCharacter);
  }

  /** Going through a list of texts costs what reading them costs. */
  #ofItems(target: Expression | undefined, own: number): number {
    const type = target && this.#checked.typeOf(target);
    const item = type?.kind === "list" ? type.parameters[0] : undefined;
    if (item?.kind !== "string" && item?.kind !== "bytes") return own;
    return times(own, 1 + Math.ceil((item.maximum ?? Number.POSITIVE_INFINITY) * perCharacter));
  }

  #loop(loop: Loop): number {
    const { each, whole } = rounds[loop.name];
    const condition = loop.condition ? this.cost(loop.condition) : 0;
    const body = loop.body ? this.cost(loop.body) : 0;
    return this.cost(loop.range) + whole + times(this.size(loop.range), each + condition + body);
  }

  #optionalMap({ target, body, flat }: OptionalMap): number {
    const found = this.cost(target) + prices.call;
    return found + found + prices.list + this.cost(body) + (flat ? 0 : prices.call);
  }

  /** The most characters, items or entries. */
  size(expression: Expression): number {
    switch (expression.kind) {
      case "literal":
        return sizeOf(expression.value);
      case "list":
        return expression.items.length;
      case "map":
        return expression.entries.length;
      case "call":
        return this.#sizeOfCall(expression);
      case "identifier":
      case "select":
        return sizeOfType(this.#checked.typeOf(expression), 0);
      default:
        return sizeOfType({ ...this.#checked.typeOf(expression), maximum: Number.POSITIVE_INFINITY }, 1);
    }
  }

  #sizeOfCall(call: Call): number {
    const overloads = this.#checked.overloads.get(call) ?? [];
    const given = this.#given(call, overloads);
    const type = this.#checked.typeOf(call);
    if (call.name === "_?_:_") return Math.max(this.size(given[1]!), this.size(given[2]!));
    if (!sized.has(type.kind)) return 1;
    const sizes = () => given.map((one) => this.size(one));
    if (call.name === "_+_") return sizes().reduce((total, size) => total + size, 0);
    if (call.name === "_[_]") return sizeOfType(type, 1);
    const known = overloads.flatMap(({ size }) => (size ? [size(sizes())] : []));
    return known.length > 0 ? Math.max(...known) : Number.POSITIVE_INFINITY;
  }
}

function isList({ parameters }: Overload): boolean {
  return parameters[1]?.kind === "list";
}

function sizeOfType({ kind, maximum }: Type, scalar: number): number {
  return sized.has(kind) ? (maximum ?? Number.POSITIVE_INFINITY) : scalar;
}
