/** Turns a checked expression into a function, once; running it walks no tree. */
import type { Checked } from "../checker/checker.ts";
import type { Overload } from "../checker/signature.ts";
import { prices } from "../cost/prices.ts";
import { sizeOf } from "../cost/size.ts";
import type { Call, Expression, Loop, OptionalMap, Select } from "../syntax/ast.ts";
import {
  ArrayList,
  EntryMap,
  EvaluationError,
  MapValue,
  mapKey,
  none,
  noSuchKey,
  noSuchOverload,
  OptionalValue,
  TypeValue,
  type Value,
} from "../values/value.ts";
import { fits, invoke } from "./dispatch.ts";
import type { Evaluator, Frame } from "./frame.ts";
import { planLoop } from "./loops.ts";
import { binaryOperators, lookup, unaryOperators } from "./operators.ts";

export function plan(checked: Checked): Evaluator {
  return new Planner(checked).plan(checked.expression);
}

class Planner {
  readonly #checked: Checked;
  readonly #scope: string[] = [];

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  plan(expression: Expression): Evaluator {
    const typeName = this.#checked.typeNames.get(expression);
    if (typeName) return () => new TypeValue(typeName);
    const dotted = this.#checked.dottedVariables.get(expression);
    if (dotted) return this.#identifier(`.${dotted}`);
    switch (expression.kind) {
      case "literal": {
        const { value } = expression;
        return () => value;
      }
      case "identifier":
        return this.#identifier(expression.name);
      case "select":
        return this.#select(expression);
      case "call":
        return this.#call(expression);
      case "list":
        return this.#list(expression);
      case "map":
        return this.#map(expression);
      case "struct":
        return this.#struct(expression);
      case "loop":
        return this.#loop(expression);
      case "optionalMap":
        return this.#optionalMap(expression);
    }
  }

  #identifier(name: string): Evaluator {
    const depth = this.#scope.lastIndexOf(name);
    if (depth >= 0)
      return (frame) => {
        frame.spend(prices.name);
        return frame.locals[depth]!;
      };
    const known = name.replace(/^\./, "");
    return (frame) => {
      frame.spend(prices.name);
      return frame.variable(known);
    };
  }

  #select({ operand, field, test, optional }: Select): Evaluator {
    const inner = this.plan(operand);
    const read = test ? hasField : optional ? optionalField : plainField;
    return (frame) => {
      frame.spend(prices.name);
      return read(inner(frame), field);
    };
  }

  #call(call: Call): Evaluator {
    const overloads = this.#checked.overloads.get(call) ?? [];
    switch (call.name) {
      case "_&&_":
        return this.#logical(call, false);
      case "_||_":
        return this.#logical(call, true);
      case "_?_:_":
        return this.#conditional(call);
    }
    const given = this.#givenTo(call, overloads).map((one) => this.plan(one));
    if (!call.target) {
      const unary = unaryOperators[call.name];
      if (unary) return unaryCall(unary, given[0]!);
      const binary = binaryOperators[call.name];
      if (binary) return binaryCall(binary, given[0]!, given[1]!, overloads);
    }
    return functionCall(overloads, given);
  }

  /** The receiver is the first argument; the name of a namespace is none. */
  #givenTo(call: Call, overloads: readonly Overload[]): readonly Expression[] {
    return call.target && overloads[0]?.member !== false ? [call.target, ...call.arguments] : call.arguments;
  }

  /** Whatever decides outweighs an error on the other side; of two errors the left one is told. */
  #logical(call: Call, decisive: boolean): Evaluator {
    const [left, right] = call.arguments.map((one) => this.plan(one)) as [Evaluator, Evaluator];
    return (frame) => {
      const first = truthOrProblem(left, frame);
      if (first === decisive) return decisive;
      const second = truthOrProblem(right, frame);
      if (second === decisive) return decisive;
      if (first instanceof EvaluationError) throw first;
      if (second instanceof EvaluationError) throw second;
      return second;
    };
  }

  #conditional(call: Call): Evaluator {
    const [condition, yes, no] = call.arguments.map((one) => this.plan(one)) as [Evaluator, Evaluator, Evaluator];
    return (frame) => {
      const chosen = condition(frame);
      if (typeof chosen !== "boolean") throw noSuchOverload();
      return chosen ? yes(frame) : no(frame);
    };
  }

  #list({ items }: Extract<Expression, { kind: "list" }>): Evaluator {
    const planned = items.map(({ value, optional }) => ({ evaluate: this.plan(value), optional }));
    return (frame) => {
      frame.spend(prices.list);
      const values: Value[] = [];
      for (const { evaluate, optional } of planned) {
        const value = given(evaluate(frame), optional);
        if (value !== undefined) values.push(value);
      }
      return new ArrayList(values);
    };
  }

  #map({ entries }: Extract<Expression, { kind: "map" }>): Evaluator {
    const planned = entries.map(({ key, value, optional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      optional,
    }));
    return (frame) => {
      frame.spend(prices.map);
      const values: [Value, Value][] = [];
      const seen = new Set<unknown>();
      for (const entry of planned) {
        const key = entry.key(frame);
        const value = given(entry.value(frame), entry.optional);
        const normal = mapKey(key);
        if (normal === undefined) throw new EvaluationError("unsupported key type");
        if (seen.has(normal)) throw new EvaluationError(`Failed with repeated key: ${normal}`);
        seen.add(normal);
        if (value !== undefined) values.push([key, value]);
      }
      return new EntryMap(values);
    };
  }

  #struct({ typeName, fields }: Extract<Expression, { kind: "struct" }>): Evaluator {
    const planned = fields.map(({ name, value, optional }) => ({ name, evaluate: this.plan(value), optional }));
    return (frame) => {
      frame.spend(prices.struct);
      const values: [Value, Value][] = [];
      for (const { name, evaluate, optional } of planned) {
        const value = given(evaluate(frame), optional);
        if (value !== undefined) values.push([name, value]);
      }
      return new EntryMap(values, typeName);
    };
  }

  #loop(loop: Loop): Evaluator {
    const range = this.plan(loop.range);
    const depth = this.#scope.length;
    if (loop.index !== undefined) this.#scope.push(loop.index);
    this.#scope.push(loop.variable);
    const condition = loop.condition && this.plan(loop.condition);
    const body = loop.body && this.plan(loop.body);
    this.#scope.length = depth;
    return planLoop({ loop, range, condition, body, depth });
  }

  #optionalMap({ target, variable, body, flat }: OptionalMap): Evaluator {
    const inner = this.plan(target);
    const depth = this.#scope.length;
    this.#scope.push(variable);
    const made = this.plan(body);
    this.#scope.length = depth;
    return (frame) => {
      const found = inner(frame);
      if (!(found instanceof OptionalValue)) throw noSuchOverload();
      if (found.value === undefined) return none;
      frame.locals[depth] = found.value;
      const value = made(frame);
      return flat ? value : new OptionalValue(value);
    };
  }
}

function truthOrProblem(evaluate: Evaluator, frame: Frame): boolean | EvaluationError {
  try {
    const value = evaluate(frame);
    return typeof value === "boolean" ? value : noSuchOverload();
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

/** What an optional entry contributes: nothing where it is empty. */
function given(value: Value, optional: boolean): Value | undefined {
  if (!optional) return value;
  if (!(value instanceof OptionalValue))
    throw new EvaluationError("cannot initialize optional entry from non-optional value");
  return value.value;
}

function plainField(operand: Value, field: string): Value {
  if (operand instanceof OptionalValue) return optionalField(operand, field);
  const value = lookup(operand, field);
  if (value === undefined) throw noSuchKey(field);
  return value;
}

function optionalField(operand: Value, field: string): Value {
  const inner = operand instanceof OptionalValue ? operand.value : operand;
  if (inner === undefined) return none;
  const value = lookup(inner, field);
  return value === undefined ? none : new OptionalValue(value);
}

function hasField(operand: Value, field: string): Value {
  const inner = operand instanceof OptionalValue ? operand.value : operand;
  if (inner === undefined) return false;
  return inner instanceof MapValue && inner.has(field);
}

function unaryCall(run: (value: Value) => Value, operand: Evaluator): Evaluator {
  return (frame) => {
    const value = operand(frame);
    frame.spend(prices.call);
    return run(value);
  };
}

function binaryCall(
  run: (left: Value, right: Value) => Value,
  left: Evaluator,
  right: Evaluator,
  overloads: readonly Overload[],
): Evaluator {
  const priced = overloads.filter(({ cost }) => cost);
  return (frame: Frame) => {
    const first = left(frame);
    const second = right(frame);
    const { cost } = (priced.length === 1 ? priced[0] : priced.find((one) => fits(first, one.parameters[0]!))) ?? {};
    frame.spend(cost ? Math.max(1, cost([sizeOf(first), sizeOf(second)])) : prices.call);
    return run(first, second);
  };
}

function functionCall(overloads: readonly Overload[], given: readonly Evaluator[]): Evaluator {
  return (frame) =>
    invoke(
      overloads,
      given.map((evaluate) => evaluate(frame)),
      frame,
    );
}
