/** Expressions as trees. */
import type { Expression } from "./ast.ts";

/** What an expression directly contains. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
    case "identifier":
      return [];
    case "select":
      return [expression.operand];
    case "call":
      return expression.target ? [expression.target, ...expression.arguments] : expression.arguments;
    case "list":
      return expression.items.map(({ value }) => value);
    case "map":
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case "struct":
      return expression.fields.map(({ value }) => value);
    case "optionalMap":
      return [expression.target, expression.body];
    case "loop":
      return [expression.range, expression.condition, expression.body].filter((part) => part !== undefined);
  }
}

/** Whether something stands more than `limit` levels below the expression. Needs no stack itself. */
export function isDeeperThan(expression: Expression, limit: number): boolean {
  let level: readonly Expression[] = [expression];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap(parts);
  }
  return false;
}
