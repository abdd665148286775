import type { JsonSchema } from "../structural-node.ts";
import type { Check, Outcome, Validation } from "./validation.ts";

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

interface Tried {
  readonly branch: Check;
  readonly outcome: Outcome;
}

/** The failure that came furthest: it says best what is missing. */
function takeFurthest(failed: readonly Tried[], value: unknown, old: unknown, run: Validation): void {
  const [first, ...others] = failed;
  if (!first) return;
  const best = others.reduce((best, one) => (best.outcome.matches >= one.outcome.matches ? best : one), first);
  run.take(best.outcome, best.branch, value, old);
}

function anyOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    const failed: Tried[] = [];
    for (const branch of branches) {
      const outcome = run.look(branch, value, old);
      if (outcome.failures === 0) return run.take(outcome, branch, value, old);
      failed.push({ branch, outcome });
    }
    run.unfitting("validate at least one schema (anyOf)");
    takeFurthest(failed, value, old, run);
  };
}

function oneOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    const tried = branches.map((branch) => ({ branch, outcome: run.look(branch, value, old) }));
    const fitting = tried.filter(({ outcome }) => outcome.failures === 0);
    if (fitting.length === 1) return run.take(fitting[0]!.outcome, fitting[0]!.branch, value, old);
    const found = fitting.length === 0 ? "Found none valid" : `Found ${fitting.length} valid alternatives`;
    run.unfitting(`validate one and only one schema (oneOf). ${found}`);
    if (fitting.length === 0) takeFurthest(tried, value, old, run);
  };
}

function allOfCheck(branches: readonly Check[]): Check {
  return (value, old, run) => {
    let fitting = 0;
    for (const branch of branches) {
      const outcome = run.look(branch, value, old);
      if (outcome.failures === 0) fitting++;
      run.take(outcome, branch, value, old);
    }
    if (fitting === branches.length) return;
    run.unfitting(`validate all the schemas (allOf)${fitting === 0 ? ". None validated" : ""}`);
  };
}

function notCheck(branch: Check): Check {
  return (value, old, run) => {
    if (run.look(branch, value, old).failures === 0) run.unfitting("not validate the schema (not)");
  };
}
