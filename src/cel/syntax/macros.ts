/** Calls that are no functions: they bind variables, or ask whether a field is there. */
import type { Expression, Loop, LoopName } from "./ast.ts";
import { SyntaxProblem } from "./source.ts";

interface Written {
  readonly name: string;
  readonly target: Expression | undefined;
  readonly arguments: readonly Expression[];
  readonly offset: number;
}

const predicates: Readonly<Record<string, LoopName>> = {
  all: "all",
  exists: "exists",
  exists_one: "exists_one",
  existsOne: "exists_one",
};

/** Nothing where it is an ordinary call. Throws `SyntaxProblem` for a macro that is written wrongly. */
export function expandMacro(written: Written): Expression | undefined {
  const { name, target } = written;
  if (!target) return name === "has" && written.arguments.length === 1 ? expandHas(written) : undefined;
  const count = written.arguments.length;
  const predicate = predicates[name];
  if (predicate && (count === 2 || count === 3)) return expandPredicate(written, target, predicate, count === 3);
  if (name === "filter" && count === 2) return expandFilter(written, target);
  if (name === "map" && (count === 2 || count === 3)) return expandMap(written, target);
  if (name.startsWith("transform") && (count === 3 || count === 4)) return expandTransform(written, target);
  if ((name === "optMap" || name === "optFlatMap") && count === 2) return expandOptional(written, target);
  return undefined;
}

function expandHas({ arguments: [operand], offset }: Written): Expression {
  if (operand?.kind !== "select" || operand.optional)
    throw new SyntaxProblem({ offset: operand!.offset, message: "invalid argument to has() macro" });
  return { ...operand, test: true, offset };
}

function variable(expression: Expression, message = "argument must be a simple name"): string {
  if (expression.kind === "identifier" && !expression.name.startsWith(".")) return expression.name;
  throw new SyntaxProblem({ offset: expression.offset, message });
}

function expandPredicate(written: Written, range: Expression, name: LoopName, two: boolean): Loop {
  const { arguments: given, offset } = written;
  return {
    kind: "loop",
    name,
    range,
    index: two ? variable(given[0]!) : undefined,
    variable: variable(given[two ? 1 : 0]!),
    condition: given.at(-1)!,
    body: undefined,
    offset,
  };
}

function expandFilter({ arguments: given, offset }: Written, range: Expression): Loop {
  const name = variable(given[0]!);
  const body: Expression = { kind: "identifier", name, offset: given[0]!.offset };
  return { kind: "loop", name: "filter", range, index: undefined, variable: name, condition: given[1]!, body, offset };
}

function expandMap({ arguments: given, offset }: Written, range: Expression): Loop {
  const condition = given.length === 3 ? given[1]! : undefined;
  const name = variable(given[0]!, "argument is not an identifier");
  return { kind: "loop", name: "map", range, index: undefined, variable: name, condition, body: given.at(-1)!, offset };
}

function expandTransform({ name, arguments: given, offset }: Written, range: Expression): Loop | undefined {
  if (name !== "transformList" && name !== "transformMap" && name !== "transformMapEntry") return undefined;
  return {
    kind: "loop",
    name,
    range,
    index: variable(given[0]!),
    variable: variable(given[1]!),
    condition: given.length === 4 ? given[2]! : undefined,
    body: given.at(-1)!,
    offset,
  };
}

function expandOptional({ name, arguments: given, offset }: Written, target: Expression): Expression {
  const bound = variable(given[0]!, `${name}() variable name must be a simple identifier`);
  return { kind: "optionalMap", flat: name === "optFlatMap", target, variable: bound, body: given[1]!, offset };
}
