/** The expressions of a policy: compiled once, with the variables that they may use. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import {
  type Budget,
  CompileError,
  celTypes,
  compileExpression,
  type Environment,
  EvaluationError,
  MapValue,
  type Program,
  type Type,
  type Value,
  type Variables,
} from "../../cel/mod.ts";
import { withVariables } from "./environment.ts";

/** What all validations or mutations of a policy may cost together, for one binding. */
export const policyCostLimit = 10_000_000;
/** What all match conditions may cost together. */
export const conditionsCostLimit = 2_500_000;

/** A program, or why there is none. */
export type Compiled = { readonly program: Program } | { readonly error: string };

export function compile(text: string, environment: Environment, ...answers: readonly Type[]): Compiled {
  try {
    return { program: compileExpression(text, environment, { answers }) };
  } catch (error) {
    if (error instanceof CompileError) return { error: error.message };
    throw error;
  }
}

export interface CompiledVariables {
  readonly types: ReadonlyMap<string, Type>;
  readonly programs: ReadonlyMap<string, Compiled>;
  readonly inOrder: readonly Compiled[];
}

/** Each variable may use those before it. */
export function compileVariables(
  variables: readonly admissionregistrationv1.Variable[] | undefined,
  environment: Environment,
): CompiledVariables {
  const known = new Map<string, Type>();
  const programs = new Map<string, Compiled>();
  const inOrder: Compiled[] = [];
  // What it knows grows with `known`: an environment is asked while an expression is compiled, and not again.
  const extended = withVariables(environment, known);
  for (const { name, expression } of variables ?? []) {
    const compiled = compile(expression, extended);
    inOrder.push(compiled);
    programs.set(name, compiled);
    known.set(name, "program" in compiled ? compiled.program.type : celTypes.dyn);
  }
  return { types: known, programs, inOrder };
}

/** Throws `EvaluationError`, also for an expression that has not compiled. */
export function run(compiled: Compiled, variables: Variables, budget: Budget): Value {
  if ("error" in compiled) throw new EvaluationError(compiled.error);
  return compiled.program.evaluate(variables, budget);
}

/** The declared variables, each worked out when first asked for, at the cost of who asks. */
class LazyVariables extends MapValue {
  readonly size: number;
  override readonly typeName = "kubernetes.variables";
  readonly #programs: ReadonlyMap<string, Compiled>;
  readonly #outer: Variables;
  readonly #budget: Budget;
  readonly #made = new Map<string, Value | EvaluationError>();

  constructor(programs: ReadonlyMap<string, Compiled>, outer: Variables, budget: Budget) {
    super();
    this.size = programs.size;
    this.#programs = programs;
    this.#outer = outer;
    this.#budget = budget;
  }

  get(key: Value): Value | undefined {
    const compiled = typeof key === "string" ? this.#programs.get(key) : undefined;
    if (!compiled) return undefined;
    let value = this.#made.get(key as string);
    if (value === undefined) {
      value = this.#make(key as string, compiled);
      this.#made.set(key as string, value);
    }
    if (value instanceof EvaluationError) throw value;
    return value;
  }

  #make(name: string, compiled: Compiled): Value | EvaluationError {
    const what = "error" in compiled ? "compile" : "evaluate";
    try {
      return run(compiled, this.#withSelf, this.#budget);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return new EvaluationError(`composited variable ${JSON.stringify(name)} fails to ${what}: ${error.message}`);
    }
  }

  readonly #withSelf: Variables = (name) => (name === "variables" ? this : this.#outer(name));

  keys(): Iterable<Value> {
    return this.#programs.keys();
  }
}

export function withComposited(
  variables: Variables,
  programs: ReadonlyMap<string, Compiled>,
  budget: Budget,
): Variables {
  const lazy = new LazyVariables(programs, variables, budget);
  return (name) => (name === "variables" ? lazy : variables(name));
}
