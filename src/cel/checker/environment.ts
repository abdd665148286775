/** What an expression may name: variables, functions, types. */
import type { Overload } from "./signature.ts";
import type { Type } from "./types.ts";
import * as types from "./types.ts";

/** Types that expressions may write: `type(x) == int`. The runtime name is the one that `type(x)` answers. */
const standardTypes: ReadonlyMap<string, Type> = new Map([
  ["bool", types.bool],
  ["int", types.int],
  ["uint", types.uint],
  ["double", types.double],
  ["string", types.string],
  ["bytes", types.bytes],
  ["list", types.listOf(types.dyn)],
  ["map", types.mapOf(types.dyn, types.dyn)],
  ["null_type", types.nullType],
  ["type", types.typeOf(types.dyn)],
  ["optional_type", types.optionalOf(types.dyn)],
  ["google.protobuf.Timestamp", types.timestamp],
  ["google.protobuf.Duration", types.duration],
]);

export interface Declarations {
  readonly variables?: Readonly<Record<string, Type>>;
  /** Types that can be written in struct literals and compared with `type(…)`. */
  readonly types?: readonly Type[];
  readonly functions?: readonly Overload[];
  /** Types that are known by their names alone. */
  readonly resolveType?: (name: string) => Type | undefined;
}

export class Environment {
  readonly #parent: Environment | undefined;
  readonly #variables: ReadonlyMap<string, Type>;
  readonly #types: ReadonlyMap<string, Type>;
  readonly #resolveType: ((name: string) => Type | undefined) | undefined;
  readonly #functions: ReadonlyMap<string, readonly Overload[]>;

  constructor(declarations: Declarations, parent?: Environment) {
    this.#parent = parent;
    this.#variables = new Map(Object.entries(declarations.variables ?? {}));
    this.#types = new Map((declarations.types ?? []).map((type) => [type.name, type]));
    this.#resolveType = declarations.resolveType;
    this.#functions = Map.groupBy(declarations.functions ?? [], (overload) => overload.name);
  }

  /** This one and more. */
  extend(declarations: Declarations): Environment {
    return new Environment(declarations, this);
  }

  variable(name: string): Type | undefined {
    return this.#variables.get(name) ?? this.#parent?.variable(name);
  }

  type(name: string): Type | undefined {
    const own = this.#types.get(name) ?? this.#resolveType?.(name);
    return own ?? (this.#parent ? this.#parent.type(name) : standardTypes.get(name));
  }

  /** All of that name, the outermost first. */
  functions(name: string): readonly Overload[] {
    const own = this.#functions.get(name) ?? [];
    const outer = this.#parent?.functions(name) ?? [];
    return outer.length === 0 ? own : own.length === 0 ? outer : [...outer, ...own];
  }
}
