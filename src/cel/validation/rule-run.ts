/** Runs the rules of a schema over one object. */
import { isDeepStrictEqual } from "node:util";
import type { Budget, Variables } from "../evaluate/frame.ts";
import { fromJson } from "../values/data.ts";
import { CostError, none, OptionalValue, type Value } from "../values/value.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { namedField } from "./field-path.ts";
import { type FieldProblem, invalid, ofReason } from "./field-problem.ts";
import type { RuleNode } from "./rule-tree.ts";

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export class RuleRun {
  readonly problems: FieldProblem[] = [];
  /** Of what is as it was: to be told, but not held against the object. */
  readonly tolerated: FieldProblem[] = [];
  readonly #budget: Budget;
  #exhausted = false;
  #told = this.problems;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** `old` is undefined where there was nothing, or nothing that is known to be the same. */
  visit(value: unknown, old: unknown, node: RuleNode, path: string): void {
    if (this.#exhausted || value === null || value === undefined) return;
    if (node.rules.length > 0) this.#rules(value, old, node, path);
    if (Array.isArray(value)) this.#items(value, old, node, path);
    else if (isObject(value)) this.#members(value, isObject(old) ? old : undefined, node, path);
  }

  #members(value: JsonObject, old: JsonObject | undefined, node: RuleNode, path: string): void {
    for (const [name, inner] of node.properties)
      if (Object.hasOwn(value, name)) this.visit(value[name], old?.[name], inner, path ? `${path}.${name}` : name);
    if (!node.additional) return;
    for (const [name, member] of Object.entries(value)) {
      if (node.schema.properties && Object.hasOwn(node.schema.properties, name)) continue;
      this.visit(member, old?.[name], node.additional, `${path}[${name}]`);
    }
  }

  #items(value: readonly unknown[], old: unknown, node: RuleNode, path: string): void {
    const { items, itemKeys } = node;
    if (!items) return;
    const previous = itemKeys && Array.isArray(old) ? old : [];
    for (const [index, item] of value.entries()) {
      const before = itemKeys ? previous.find((other) => sameItem(item, other, itemKeys)) : undefined;
      this.visit(item, before, items, `${path}[${index}]`);
    }
  }

  /** What was as it is now is not held against it, unless the rule is about the change. */
  #rules(value: unknown, old: unknown, node: RuleNode, path: string): void {
    const unchanged = old !== undefined && node.same(value, old);
    for (const compiled of node.rules) {
      if (!compiled.program) {
        this.#tell(invalid(path || "<nil>", shownType(node), `rule compile error: ${compiled.ruleError}`));
        continue;
      }
      if (compiled.isTransition && old === undefined && !compiled.rule.optionalOldSelf) continue;
      this.#told = unchanged && !compiled.isTransition ? this.tolerated : this.problems;
      const goesOn = this.#judge(compiled, value, old, node, path);
      this.#told = this.problems;
      if (!goesOn) return;
    }
  }

  /** False: the budget is used up. */
  #judge(compiled: CompiledRule, value: unknown, old: unknown, node: RuleNode, path: string): boolean {
    const variables = variablesOf(compiled, value, old, node);
    try {
      if (compiled.program!.evaluate(variables, this.#budget) === true) return true;
      this.#tell(this.#failure(compiled, variables, value, node, path));
      return true;
    } catch (error) {
      return this.#evaluationProblem(error as Error, compiled, node, path);
    }
  }

  #evaluationProblem(error: Error, { rule }: CompiledRule, node: RuleNode, path: string): boolean {
    const field = path || "<nil>";
    if (!(error instanceof CostError)) {
      const told = error.message.startsWith("no such overload")
        ? `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${rule.rule}`
        : `${error.message} evaluating rule: ${rule.message?.trim() || rule.rule.trim()}`;
      this.#tell(invalid(field, shownType(node), told));
      return true;
    }
    const told =
      this.#budget.spent > this.#budget.limit
        ? "validation failed due to running out of cost budget, no further validation rules will be run"
        : `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule.rule}`;
    this.#tell(invalid(field, shownType(node), told));
    this.#exhausted = true;
    return false;
  }

  #failure(compiled: CompiledRule, variables: Variables, value: unknown, { schema }: RuleNode, path: string) {
    const { rule } = compiled;
    const named = rule.fieldPath && namedField(rule.fieldPath, schema);
    const at = [path, named].filter(Boolean).join(".") || "<nil>";
    const detail = this.#customMessage(compiled, variables) ?? ruleOrMessage(rule);
    return ofReason(rule.reason, at, value, detail);
  }

  /** Nothing where there is none, or it cannot be used. */
  #customMessage({ messageProgram }: CompiledRule, variables: Variables): string | undefined {
    if (!messageProgram) return undefined;
    try {
      const made = messageProgram.evaluate(variables, this.#budget);
      const text = typeof made === "string" ? made.trim() : "";
      return text === "" || text.includes("\n") ? undefined : text;
    } catch {
      return undefined;
    }
  }

  #tell(problem: FieldProblem): void {
    this.#told.push(problem);
  }
}

function ruleOrMessage({ rule, message }: { readonly rule: string; readonly message?: string }): string {
  const text = message?.trim();
  return text ? text : `failed rule: ${rule.trim()}`;
}

function shownType({ schema }: RuleNode): string {
  return schema.type ?? "";
}

function sameItem(item: unknown, other: unknown, keys: readonly string[]): boolean {
  return isObject(item) && isObject(other) && keys.every((key) => isDeepStrictEqual(item[key], other[key]));
}

function variablesOf({ rule }: CompiledRule, value: unknown, old: unknown, { shape }: RuleNode): Variables {
  const self = fromJson(value, shape);
  const before: Value | undefined = old === undefined ? undefined : fromJson(old, shape);
  return (name) => {
    if (name === "self") return self;
    if (name !== "oldSelf") return undefined;
    if (!rule.optionalOldSelf) return before;
    return before === undefined ? none : new OptionalValue(before);
  };
}
