/** Rules that might cost too much are refused with the definition, before anybody has to wait for them. */

import type { Program } from "../compile.ts";
import { estimateCost } from "../cost/estimate.ts";
import { maxRequest, smallestSize } from "../schema/limits.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type FieldProblem, forbidden } from "./field-problem.ts";
import type { Place, RuleNode } from "./rule-tree.ts";

/** What one rule may cost, over all values that it may have to judge in one object. */
const ruleLimit = 10_000_000;
/** What all rules of a schema may cost together. */
const schemaLimit = 100_000_000;
/** That many of the dearest are named where all together cost too much. */
const named = 4;

export class RuleCosts {
  readonly #dearest: { readonly at: string; readonly cost: number }[] = [];
  #total = 0;

  problems({ program, messageProgram }: CompiledRule, node: RuleNode, place: Place, at: string): FieldProblem[] {
    return [
      ...this.#judge(program, "rule", node, place, at),
      ...this.#judge(messageProgram, "messageExpression", node, place, at),
    ];
  }

  #judge(
    program: Program | undefined,
    what: "rule" | "messageExpression",
    node: RuleNode,
    { cardinality = 1 }: Place,
    at: string,
  ): FieldProblem[] {
    if (!program) return [];
    const count = cardinality === Number.POSITIVE_INFINITY ? most(node) : cardinality;
    const each = estimateCost(program.checked);
    const cost = each === 0 || count === 0 ? 0 : each * count;
    const where = `${at}.${what}`;
    this.#total += cost;
    this.#dearest.push({ at: where, cost });
    this.#dearest.sort((a, b) => b.cost - a.cost).splice(named);
    return cost > ruleLimit ? [forbidden(where, tooDear(`estimated ${what} cost`, cost / ruleLimit))] : [];
  }

  /** `path` is that of the whole schema. */
  total(path: string): FieldProblem[] {
    if (this.#total <= schemaLimit) return [];
    const part = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema";
    const whole = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    const unbounded = this.#dearest.filter(({ cost }) => cost === Number.POSITIVE_INFINITY);
    const told = unbounded.length > 0 ? unbounded : this.#dearest;
    return [...told.map(({ at }) => forbidden(at, part)), forbidden(path, tooDear(whole, this.#total / schemaLimit))];
  }
}

/** As many as fit into one request, where nothing else bounds them. */
function most({ schema }: RuleNode): number {
  return Math.floor(maxRequest / (smallestSize(schema) + 1));
}

function tooDear(what: string, factor: number): string {
  const shown = factor > 100 ? "more than 100x" : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  const advice =
    "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared";
  return `${what} exceeds budget by factor of ${shown} (${advice})`;
}
