/** One run of an expression: its variables, and what it has cost so far. */
import { CostError, EvaluationError, type Value } from "../values/value.ts";

/** Called when an expression first needs a variable; `undefined` where there is none. */
export type Variables = (name: string) => Value | undefined;

/** What several runs share: a budget for an object, or for one expression. */
export class Budget {
  readonly limit: number;
  spent = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  spend(cost: number): void {
    this.spent += cost;
    if (this.spent > this.limit) throw new CostError("operation cancelled: actual cost limit exceeded");
  }
}

export class Frame {
  /** Loop variables, by depth. */
  readonly locals: Value[] = [];
  readonly #variables: Variables;
  readonly #budget: Budget;

  constructor(variables: Variables, budget: Budget) {
    this.#variables = variables;
    this.#budget = budget;
  }

  spend(cost: number): void {
    this.#budget.spend(cost);
  }

  variable(name: string): Value {
    const value = this.#variables(name);
    if (value === undefined) throw new EvaluationError(`no such attribute(s): ${name}`);
    return value;
  }
}

export type Evaluator = (frame: Frame) => Value;
