/** An expression as it was written, macros already recognised. `offset` counts code points from the start, for messages. */
import type { Value } from "../values/value.ts";

interface Node {
  readonly offset: number;
}

export interface Literal extends Node {
  readonly kind: "literal";
  readonly value: Value;
}

export interface Identifier extends Node {
  readonly kind: "identifier";
  /** A leading dot keeps it from being looked up as a loop variable. */
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: "select";
  readonly operand: Expression;
  readonly field: string;
  /** Made by `has(…)`: asks whether the field is there. */
  readonly test: boolean;
  /** `operand.?field`. */
  readonly optional: boolean;
}

export interface Call extends Node {
  readonly kind: "call";
  /** Operators are called `_+_`, `_[_]`, `!_`. */
  readonly name: string;
  readonly target: Expression | undefined;
  readonly arguments: readonly Expression[];
}

export interface ListLiteral extends Node {
  readonly kind: "list";
  readonly items: readonly { readonly value: Expression; readonly optional: boolean }[];
}

export interface MapLiteral extends Node {
  readonly kind: "map";
  readonly entries: readonly { readonly key: Expression; readonly value: Expression; readonly optional: boolean }[];
}

export interface StructLiteral extends Node {
  readonly kind: "struct";
  readonly typeName: string;
  readonly fields: readonly {
    readonly name: string;
    readonly value: Expression;
    readonly optional: boolean;
    readonly offset: number;
  }[];
}

export type LoopName =
  | "all"
  | "exists"
  | "exists_one"
  | "map"
  | "filter"
  | "transformList"
  | "transformMap"
  | "transformMapEntry";

/** A macro over a list or a map. `index` is the first of two variables, where there are two. */
export interface Loop extends Node {
  readonly kind: "loop";
  readonly name: LoopName;
  readonly range: Expression;
  readonly index: string | undefined;
  readonly variable: string;
  /** Which elements count; absent: all. For the predicates it is what is asked. */
  readonly condition: Expression | undefined;
  /** What each element becomes; absent for the predicates. */
  readonly body: Expression | undefined;
}

/** `optMap` and `optFlatMap`: the body with the variable bound to what the optional holds. */
export interface OptionalMap extends Node {
  readonly kind: "optionalMap";
  readonly flat: boolean;
  readonly target: Expression;
  readonly variable: string;
  readonly body: Expression;
}

export type Expression =
  | Literal
  | Identifier
  | Select
  | Call
  | ListLiteral
  | MapLiteral
  | StructLiteral
  | Loop
  | OptionalMap;
