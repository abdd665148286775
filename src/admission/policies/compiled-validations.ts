/** A validating policy, made ready, and what it thinks of a request. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import { Budget, CostError, celTypes, EvaluationError, type Variables } from "../../cel/mod.ts";
import { type CompiledCondition, compileConditions, conditionsHold } from "./conditions.ts";
import { policyEnvironment, withVariables } from "./environment.ts";
import {
  type Compiled,
  type CompiledVariables,
  compile,
  compileVariables,
  policyCostLimit,
  run,
  withComposited,
} from "./expressions.ts";

type Spec = admissionregistrationv1.ValidatingAdmissionPolicySpec;
type Validation = admissionregistrationv1.Validation;

export interface CompiledValidations {
  readonly conditions: readonly CompiledCondition[];
  readonly variables: CompiledVariables;
  readonly validations: readonly {
    readonly validation: Validation;
    readonly check: Compiled;
    readonly message: Compiled | undefined;
  }[];
  readonly annotations: readonly { readonly key: string; readonly expression: string; readonly value: Compiled }[];
}

export function compileValidations(spec: Spec): CompiledValidations {
  const hasParams = spec.paramKind !== undefined;
  const variables = compileVariables(spec.variables, policyEnvironment({ hasParams }));
  const full = withVariables(policyEnvironment({ hasParams }), variables.types);
  const telling = withVariables(policyEnvironment({ hasParams, hasAuthorizer: false }), variables.types);
  const { string, bool, nullType } = celTypes;
  return {
    conditions: compileConditions(spec.matchConditions, full),
    variables,
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      check: compile(validation.expression, full, bool),
      message: validation.messageExpression ? compile(validation.messageExpression, telling, string) : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      expression: valueExpression,
      value: compile(valueExpression, full, string, nullType),
    })),
  };
}

/** What one validation has against the request. */
export interface Objection {
  readonly message: string;
  readonly reason: string;
  readonly expressionIndex: number;
  /** It could not be told: the failure policy decides. */
  readonly isFailure: boolean;
}

export interface Judgement {
  readonly objections: readonly Objection[];
  /** Values of audit annotations by key. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Why annotations have no value. */
  readonly annotationFailures: readonly string[];
}

/** Nothing where the conditions do not hold. */
export function judge(compiled: CompiledValidations, outer: Variables): Judgement | undefined {
  try {
    if (!conditionsHold(compiled.conditions, outer)) return undefined;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const objection = { message: error.message, reason: "Invalid", expressionIndex: 0, isFailure: true };
    return { objections: [objection], annotations: {}, annotationFailures: [] };
  }
  return judgeBy(compiled, outer);
}

function judgeBy(compiled: CompiledValidations, outer: Variables): Judgement {
  const budget = new Budget(policyCostLimit);
  const variables = withComposited(outer, compiled.variables.programs, budget);
  const objections: Objection[] = [];
  for (const [expressionIndex, { validation, check, message }] of compiled.validations.entries()) {
    const reason = validation.reason ?? "Invalid";
    try {
      if (run(check, variables, budget) === true) continue;
      const text = customMessage(message, variables, budget) ?? plainMessage(validation);
      objections.push({ message: text, reason, expressionIndex, isFailure: false });
    } catch (error) {
      objections.push({ ...failure(error, validation), expressionIndex, isFailure: true });
      if (budget.spent > budget.limit) break;
    }
  }
  return { objections, ...annotate(compiled, variables, budget) };
}

function failure(error: unknown, { expression }: Validation): { message: string; reason: string } {
  if (error instanceof CostError || error instanceof EvaluationError)
    return { message: `expression '${expression}' resulted in error: ${error.message}`, reason: "Invalid" };
  throw error;
}

function plainMessage({ message, expression }: Validation): string {
  return message?.trim() || `failed expression: ${expression.trim()}`;
}

const longestMessage = 5 * 1024;

/** Nothing where there is none, or it cannot be shown: the plain message stands in. */
function customMessage(message: Compiled | undefined, variables: Variables, budget: Budget): string | undefined {
  if (!message) return undefined;
  try {
    const made = run(message, variables, budget);
    const text = typeof made === "string" ? made.trim() : "";
    return text === "" || text.length > longestMessage || text.includes("\n") ? undefined : text;
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof CostError) return undefined;
    throw error;
  }
}

function annotate({ annotations }: CompiledValidations, variables: Variables, budget: Budget) {
  const values: Record<string, string> = {};
  const annotationFailures: string[] = [];
  for (const { key, expression, value } of annotations) {
    try {
      const made = run(value, variables, budget);
      if (typeof made === "string" && made.trim()) values[key] = made.trim();
    } catch (error) {
      if (!(error instanceof EvaluationError || error instanceof CostError)) throw error;
      annotationFailures.push(`expression '${expression}' resulted in error: ${error.message}`);
    }
  }
  return { annotations: values, annotationFailures };
}
