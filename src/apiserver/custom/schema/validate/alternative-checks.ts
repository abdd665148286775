import type { JsonSchema } from "../structural-node.ts";
import type { Check, Outcome } from "./validation.ts";

/** anyOf, oneOf, allOf, not. */
export function alternativeChecks(schema: JsonSchema, compile: (schema: JsonSchema) => Check): readonly Check[] {
  const checks: Check[] = [];
  const { anyOf = [], oneOf = [], allOf = [], not } = schema;
  if (anyOf.length > 0) checks.push(anyOfCheck(anyOf.map(compile)));
  if (oneOf.length > 0) checks.push(oneOfCheck(oneOf.map(compile)));
  if (allOf.length > 0) checks.push(allOfCheck(allOf.map(compile)));
  if (not) checks.push(notCheck(compile(not)));
  return checks;
}

/** The failure that came furthest: it says best what is missing. */
function furthest(outcomes: readonly Outcome[]): Outcome | undefined {
  return outcomes.reduce<Outcome | undefined>(
    (best, one) => (best && best.matches >= one.matches ? best : one),
    undefined,
  );
}

function anyOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    const failed: Outcome[] = [];
    for (const branch of branches) {
      const outcome = run.aside(branch, value, old);
      if (outcome.errors.length === 0) return run.keep(outcome);
      failed.push(outcome);
    }
    run.unfitting("validate at least one schema (anyOf)");
    const best = furthest(failed);
    if (best) run.keep(best);
  };
}

function oneOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    const outcomes = branches.map((branch) => run.aside(branch, value, old));
    const fitting = outcomes.filter(({ errors }) => errors.length === 0);
    if (fitting.length === 1) return run.keep(fitting[0]!);
    const found = fitting.length === 0 ? "Found none valid" : `Found ${fitting.length} valid alternatives`;
    run.unfitting(`validate one and only one schema (oneOf). ${found}`);
    const best = fitting.length === 0 ? furthest(outcomes) : undefined;
    if (best) run.keep(best);
  };
}

function allOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    const outcomes = branches.map((branch) => run.aside(branch, value, old));
    for (const outcome of outcomes) run.keep(outcome);
    const fitting = outcomes.filter(({ errors }) => errors.length === 0).length;
    if (fitting === branches.length) return;
    run.unfitting(`validate all the schemas (allOf)${fitting === 0 ? ". None validated" : ""}`);
  };
}

function notCheck(branch: Check): Check {
  return (value, old, run) => {
    if (run.aside(branch, value, old).errors.length === 0) run.unfitting("not validate the schema (not)");
  };
}
