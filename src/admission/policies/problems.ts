/** What is wrong with the expressions of policies and of match conditions, for those who judge them when they are stored. */
import type { admissionregistrationv1 } from "../../api/mod.ts";
import { celTypes, type Environment, type Type } from "../../cel/mod.ts";
import {
  applyConfigurationType,
  jsonPatchType,
  mutationEnvironment,
  policyEnvironment,
  webhookEnvironment,
  withVariables,
} from "./environment.ts";
import { type Compiled, compile, compileVariables } from "./expressions.ts";

interface PolicySpec {
  readonly paramKind?: admissionregistrationv1.ParamKind;
  readonly variables?: readonly admissionregistrationv1.Variable[];
}

function problemOf(compiled: Compiled | undefined): string | undefined {
  return compiled && "error" in compiled ? compiled.error : undefined;
}

/** Each answers what keeps an expression from being one of its place, or nothing. */
export class PolicyExpressionCheck {
  readonly #hasParams: boolean;
  readonly #variables: readonly Compiled[];
  readonly #hasVariables: boolean;
  readonly #types: ReadonlyMap<string, Type>;

  constructor({ paramKind, variables = [] }: PolicySpec) {
    this.#hasParams = paramKind !== undefined;
    const compiled = compileVariables(variables, policyEnvironment({ hasParams: this.#hasParams }));
    // What says nothing is no variable: who uses it is told so too.
    const said = new Set(variables.filter(({ expression }) => expression?.trim()).map(({ name }) => name));
    this.#types = new Map([...compiled.types].filter(([name]) => said.has(name)));
    this.#variables = compiled.inOrder;
    this.#hasVariables = variables.length > 0;
  }

  /** Conditions are asked before there are variables. */
  condition(text: string): string | undefined {
    return problemOf(compile(text, policyEnvironment({ hasParams: this.#hasParams }), celTypes.bool));
  }

  variable(position: number): string | undefined {
    return problemOf(this.#variables[position]);
  }

  validation(text: string): string | undefined {
    return problemOf(compile(text, this.#environment(), celTypes.bool));
  }

  message(text: string): string | undefined {
    return problemOf(compile(text, this.#environment(false), celTypes.string));
  }

  auditAnnotation(text: string): string | undefined {
    return problemOf(compile(text, this.#environment(), celTypes.string, celTypes.nullType));
  }

  applyConfiguration(text: string): string | undefined {
    return problemOf(compile(text, mutationEnvironment(this.#environment()), applyConfigurationType));
  }

  jsonPatch(text: string): string | undefined {
    return problemOf(compile(text, mutationEnvironment(this.#environment()), celTypes.listOf(jsonPatchType)));
  }

  #environment(hasAuthorizer = true): Environment {
    const environment = policyEnvironment({ hasParams: this.#hasParams, hasAuthorizer });
    return this.#hasVariables ? withVariables(environment, this.#types) : environment;
  }
}

/** The same of a match condition of a webhook. */
export function webhookConditionProblem(text: string): string | undefined {
  return problemOf(compile(text, webhookEnvironment, celTypes.bool));
}
