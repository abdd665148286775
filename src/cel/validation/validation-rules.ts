/** The rules of a custom resource's schema (`x-kubernetes-validations`). */
import { Budget } from "../evaluate/frame.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { definitionProblems } from "./definition-problems.ts";
import type { FieldProblem } from "./field-problem.ts";
import { RuleRun } from "./rule-run.ts";
import { ruleTree } from "./rule-tree.ts";

/** What all rules on one object may cost together. */
export const objectCostLimit = 10_000_000;

export interface ValidationRules {
  /** False: the schema has no rules, and every object is well. */
  readonly any: boolean;
  /** What is wrong with the rules themselves: compiled when first asked for. */
  readonly errors: readonly FieldProblem[];
  /**
   * What the rules have against the object. Rules about changes are asked only where there is an old value; values that are as they were are
   * not judged again. Call it only with objects that the rest of the schema accepts.
   */
  validate(object: unknown, oldObject?: unknown, budget?: Budget): FieldProblem[];
}

/** `path` is where the schema stands in the definition. The schema must not change afterwards. */
export function compileValidationRules(schema: JsonSchema, path = "spec.validation.openAPIV3Schema"): ValidationRules {
  const any = hasRules(schema);
  let tree: ReturnType<typeof ruleTree>;
  let errors: readonly FieldProblem[] | undefined;
  return {
    any,
    get errors() {
      errors ??= any ? definitionProblems(schema, path) : [];
      return errors;
    },
    validate(object, oldObject, budget = new Budget(objectCostLimit)) {
      if (!any) return [];
      tree ??= ruleTree(schema, { path }, true);
      const run = new RuleRun(budget);
      if (tree) run.visit(object, oldObject, tree, "");
      return run.problems;
    },
  };
}

function hasRules(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasRules);
  const rules = (value as JsonSchema)["x-kubernetes-validations"];
  return (Array.isArray(rules) && rules.length > 0) || Object.values(value).some(hasRules);
}
