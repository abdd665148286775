/** A mutating policy, made ready, and what it makes of an object. */
import type { admissionregistrationv1, KubernetesObject } from "../../api/mod.ts";
import { Budget, CostError, celTypes, EvaluationError, type Value, type Variables } from "../../cel/mod.ts";
import { type CompiledCondition, compileConditions } from "./conditions.ts";
import {
  applyConfigurationType,
  jsonPatchType,
  mutationEnvironment,
  policyEnvironment,
  withVariables,
} from "./environment.ts";
import {
  type Compiled,
  type CompiledVariables,
  compile,
  compileVariables,
  policyCostLimit,
  run,
  withComposited,
} from "./expressions.ts";
import { configurationOf, operationsOf } from "./mutation-values.ts";
import { applyOperations } from "./patch-operations.ts";

type Spec = admissionregistrationv1.MutatingAdmissionPolicySpec;

export interface CompiledMutation {
  readonly expression: string;
  readonly isPatch: boolean;
  readonly compiled: Compiled;
}

export interface CompiledMutations {
  readonly conditions: readonly CompiledCondition[];
  readonly variables: CompiledVariables;
  readonly mutations: readonly CompiledMutation[];
}

export function compileMutations(spec: Spec): CompiledMutations {
  const environment = policyEnvironment({ hasParams: spec.paramKind !== undefined });
  const variables = compileVariables(spec.variables, environment);
  const full = withVariables(environment, variables.types);
  const mutating = mutationEnvironment(full);
  return {
    conditions: compileConditions(spec.matchConditions, full),
    variables,
    mutations: (spec.mutations ?? []).map(({ patchType, jsonPatch, applyConfiguration }) => {
      const isPatch = patchType === "JSONPatch";
      const expression = (isPatch ? jsonPatch : applyConfiguration)?.expression ?? "";
      const wanted = isPatch ? celTypes.listOf(jsonPatchType) : applyConfigurationType;
      return { expression, isPatch, compiled: compile(expression, mutating, wanted) };
    }),
  };
}

export type Overlay = (object: KubernetesObject, part: Record<string, unknown>) => KubernetesObject;

export interface MutationSubject {
  readonly mutation: CompiledMutation;
  readonly variables: CompiledVariables;
  readonly outer: Variables;
  readonly object: KubernetesObject;
  readonly overlay: Overlay;
}

/** Throws an Error that says why the object cannot be changed. The object itself is never changed. */
export function mutate({ mutation, variables, outer, object, overlay }: MutationSubject): KubernetesObject {
  const made = evaluate(mutation, variables, outer);
  if (mutation.isPatch) return patched(object, made);
  const { apiVersion, kind } = object;
  const part = { ...configurationOf(made), apiVersion, kind };
  try {
    return overlay(object, part);
  } catch (error) {
    throw new Error(`error applying patch: ${(error as Error).message}`);
  }
}

function evaluate({ expression, compiled }: CompiledMutation, variables: CompiledVariables, outer: Variables): Value {
  const budget = new Budget(policyCostLimit);
  try {
    return run(compiled, withComposited(outer, variables.programs, budget), budget);
  } catch (error) {
    if (!(error instanceof EvaluationError || error instanceof CostError)) throw error;
    throw new Error(`expression '${expression}' resulted in error: ${error.message}`);
  }
}

function patched(object: KubernetesObject, made: Value): KubernetesObject {
  const operations = operationsOf(made);
  try {
    return applyOperations(object, operations);
  } catch (error) {
    throw new Error(`JSON Patch: ${(error as Error).message}`);
  }
}
