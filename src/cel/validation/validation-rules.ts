/** The rules of a custom resource's schema (`x-kubernetes-validations`). */
import { Budget } from "../evaluate/frame.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { definitionProblems } from "./definition-problems.ts";
import type { FieldProblem } from "./field-problem.ts";
import { RuleRun } from "./rule-run.ts";
import { ruleTree } from "./rule-tree.ts";

/** What all rules on one object may cost together. */
const objectCostLimit = 10_000_000;

export interface ValidationRules {
  /** False: the schema has no rules, and every object is well. */
  readonly any: boolean;
  /** What is wrong with the rules themselves: compiled when first asked for. */
  readonly errors: readonly FieldProblem[];
  /**
   * What the rules have against the object. Rules about changes are asked only where there is an old value; what they have against values
   * that are as they were is tolerated. Call it only with objects that the rest of the schema accepts.
   */
  validate(object: unknown, oldObject?: unknown, budget?: Budget): FieldProblem[];
  judge(object: unknown, oldObject?: unknown, budget?: Budget): Judgement;
}

export interface Judgement {
  readonly problems: readonly FieldProblem[];
  readonly tolerated: readonly FieldProblem[];
}

const well: Judgement = Object.freeze({ problems: [], tolerated: [] });

/** `path` is where the schema stands in the definition. The schema must not change afterwards. */
export function compileValidationRules(schema: JsonSchema, path = "spec.validation.openAPIV3Schema"): ValidationRules {
  const any = hasRules(schema);
  let tree: ReturnType<typeof ruleTree>;
  let errors: readonly FieldProblem[] | undefined;
  const judge = (object: unknown, oldObject?: unknown, budget = new Budget(objectCostLimit)): Judgement => {
    if (!any) return well;
    tree ??= ruleTree(schema, { path }, true);
    const run = new RuleRun(budget);
    if (tree) run.visit(object, oldObject, tree, "");
    return run;
  };
  return {
    any,
    get errors() {
      errors ??= any ? definitionProblems(schema, path) : [];
      return errors;
    },
    judge,
    validate: (object, oldObject, budget) => [...judge(object, oldObject, budget).problems],
  };
}

function hasRules(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasRules);
  const rules = (value as JsonSchema)["x-kubernetes-validations"];
  return (Array.isArray(rules) && rules.length > 0) || Object.values(value).some(hasRules);
}
