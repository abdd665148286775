/** From the text of an expression to a program, or to what is wrong with it. */
import { type Checked, check } from "./checker/checker.ts";
import type { Environment } from "./checker/environment.ts";
import { formatType, type Type } from "./checker/types.ts";
import { sameType } from "./checker/unify.ts";
import { Budget, type Evaluator, Frame, type Variables } from "./evaluate/frame.ts";
import { plan } from "./evaluate/planner.ts";
import type { Expression } from "./syntax/ast.ts";
import { parse } from "./syntax/parser.ts";
import { formatIssues, type Issue, SyntaxProblem } from "./syntax/source.ts";
import { CostError, EvaluationError, type Value } from "./values/value.ts";

/** What one expression may cost, by upstream's scale. */
const expressionCostLimit = 1_000_000;

/** The text does not compile. The message has upstream's form: `compilation failed: ERROR: <input>:1:1: …`. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

export class Program {
  readonly checked: Checked;
  #evaluator: Evaluator | undefined;

  constructor(checked: Checked) {
    this.checked = checked;
  }

  get type(): Type {
    return this.checked.type;
  }

  /** Throws `EvaluationError`, or `CostError` where it takes more than its own limit or than what is left of `budget`. */
  evaluate(variables: Variables, budget = new Budget(expressionCostLimit)): Value {
    this.#evaluator ??= plan(this.checked);
    const own = new Budget(Math.min(expressionCostLimit, Math.max(0, budget.limit - budget.spent)));
    try {
      return this.#evaluator(new Frame(variables, own));
    } catch (error) {
      throw asEvaluationProblem(error);
    } finally {
      budget.spent += own.spent;
    }
  }
}

/** An expression nested too deep for the stack is the expression's fault. */
function asEvaluationProblem(error: unknown): unknown {
  if (error instanceof EvaluationError || error instanceof CostError) return error;
  return error instanceof RangeError ? new EvaluationError(error.message) : error;
}

export interface CompileOptions {
  /** Types of which one must come out. */
  readonly answers?: readonly Type[];
}

/** Throws `CompileError`. */
export function compileExpression(text: string, environment: Environment, options: CompileOptions = {}): Program {
  const expression = parsed(text);
  const { checked, issues } = check(expression, environment);
  if (issues.length > 0) throw compileError(text, issues);
  const wanted = options.answers ?? [];
  if (wanted.length > 0 && !wanted.some((type) => sameType(checked.type, type)))
    throw new CompileError(mustEvaluateTo(wanted, checked.type));
  return new Program(checked);
}

function parsed(text: string): Expression {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) throw compileError(text, [error.issue]);
    throw error;
  }
}

function compileError(text: string, issues: readonly Issue[]): CompileError {
  return new CompileError(`compilation failed: ${formatIssues(text, issues)}`);
}

/** What other messages call `null` is `null_type` here. */
function mustEvaluateTo(wanted: readonly Type[], found: Type): string {
  const name = (type: Type) => (type.kind === "null" ? "null_type" : formatType(type));
  const what = wanted.length === 1 ? name(wanted[0]!) : `one of [${wanted.map(name).join(" ")}]`;
  return `must evaluate to ${what} but got ${name(found)}`;
}
