/** Whether a value of one type may stand where another is wanted, and what type parameters are then. */
import { dyn, isDynamic, type Type } from "./types.ts";

/** What is known of type parameters, by name. A long expression has thousands of them, and no copy is made for what is only tried. */
export class Substitution {
  readonly #types = new Map<string, Type>();
  /** What was there before, of what the attempt under way has set. */
  readonly #before: (readonly [string, Type | undefined])[] = [];

  get(name: string): Type | undefined {
    return this.#types.get(name);
  }

  set(name: string, type: Type): void {
    this.#before.push([name, this.#types.get(name)]);
    this.#types.set(name, type);
  }

  /** What the attempt sets is kept where it succeeds. */
  attempt(work: () => boolean): boolean {
    const succeeds = work();
    if (!succeeds) for (const [name, type] of this.#before.reverse()) this.#restore(name, type);
    this.#before.length = 0;
    return succeeds;
  }

  #restore(name: string, type: Type | undefined): void {
    if (type) this.#types.set(name, type);
    else this.#types.delete(name);
  }
}

const nullable = new Set(["null", "timestamp", "duration", "object", "opaque"]);

/** Replaces parameters by what is known of them; with `erase`, the unknown ones by dyn. */
export function substitute(type: Type, known: Substitution, erase = false): Type {
  if (type.kind === "parameter") {
    const found = known.get(type.name);
    if (found) return substitute(found, known, erase);
    return erase ? dyn : type;
  }
  if (type.parameters.length === 0) return type;
  return { ...type, parameters: type.parameters.map((one) => substitute(one, known, erase)) };
}

/** Extends `known` where the answer is yes, and may have extended it where it is no: to be attempted. */
function unify(from: Type, to: Type, known: Substitution): boolean {
  if (to.kind === "parameter") return unifyParameter(to, from, known, true);
  if (from.kind === "parameter") return unifyParameter(from, to, known, false);
  if (isDynamic(from) || isDynamic(to)) return true;
  if (from.kind === "null") return nullable.has(to.kind);
  if (to.kind === "null") return nullable.has(from.kind);
  if (from.kind !== to.kind) return false;
  if ((from.kind === "object" || from.kind === "opaque") && from.name !== to.name) return false;
  if (from.parameters.length !== to.parameters.length) return false;
  return from.kind === "type" || from.parameters.every((one, index) => unify(one, to.parameters[index]!, known));
}

function unifyParameter(parameter: Type, other: Type, known: Substitution, forward: boolean): boolean {
  if (other.kind === "parameter" && other.name === parameter.name) return true;
  const bound = known.get(parameter.name);
  if (!bound) {
    if (contains(other, parameter.name, known)) return false;
    known.set(parameter.name, other);
    return true;
  }
  if (!(forward ? unify(other, bound, known) : unify(bound, other, known))) return false;
  if (isDynamic(substitute(other, known)) || bound.kind === "null") known.set(parameter.name, other);
  return true;
}

function contains(type: Type, name: string, known: Substitution): boolean {
  if (type.kind === "parameter") {
    if (type.name === name) return true;
    const found = known.get(type.name);
    return found !== undefined && contains(found, name, known);
  }
  return type.parameters.some((one) => contains(one, name, known));
}

/** Whether every type is assignable to its counterpart; what must be known for that is then `known`. */
export function assignable(from: readonly Type[], to: readonly Type[], known: Substitution): boolean {
  if (from.length !== to.length) return false;
  return known.attempt(() => from.every((type, index) => unify(type, to[index]!, known)));
}

/** Same type, parameters included. */
export function sameType(one: Type, other: Type): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    one.parameters.length === other.parameters.length &&
    one.parameters.every((parameter, index) => sameType(parameter, other.parameters[index]!))
  );
}
