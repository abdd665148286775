/** Finds the type of every part of an expression, and which functions its calls mean. */
import type { Call, Expression, Identifier, Loop, OptionalMap, Select, StructLiteral } from "../syntax/ast.ts";
import type { Issue } from "../syntax/source.ts";
import { typeNameOf, type Value } from "../values/value.ts";
import type { Environment } from "./environment.ts";
import type { Overload } from "./signature.ts";
import * as types from "./types.ts";
import { formatType, isDynamic, isOptional, type Type } from "./types.ts";
import { assignable, Substitution, sameType, substitute } from "./unify.ts";

/** An expression whose names are resolved. */
export interface Checked {
  readonly expression: Expression;
  readonly type: Type;
  typeOf(expression: Expression): Type;
  /** The functions that a call may mean by its types; more than one where they are dynamic. */
  readonly overloads: ReadonlyMap<Expression, readonly Overload[]>;
  /** Identifiers and chains of them that name a type. */
  readonly typeNames: ReadonlyMap<Expression, string>;
  /** Chains that name a variable with a dot in its name. */
  readonly dottedVariables: ReadonlyMap<Expression, string>;
}

/** Never throws: what is wrong is in `issues`. */
export function check(
  expression: Expression,
  environment: Environment,
): { readonly checked: Checked; readonly issues: readonly Issue[] } {
  const checker = new Checker(environment);
  const type = checker.check(expression);
  return { checked: checker.result(expression, type), issues: checker.issues };
}

class Checker {
  readonly issues: Issue[] = [];
  readonly #environment: Environment;
  readonly #types = new Map<Expression, Type>();
  readonly #overloads = new Map<Expression, readonly Overload[]>();
  readonly #typeNames = new Map<Expression, string>();
  readonly #dottedVariables = new Map<Expression, string>();
  readonly #scopes: (readonly [string, Type])[] = [];
  readonly #known = new Substitution();
  #fresh = 0;
  /** What is formatted may be of any types. */
  #mixedLiterals = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  result(expression: Expression, type: Type): Checked {
    const known = this.#known;
    return {
      expression,
      type: substitute(type, known, true),
      typeOf: (part) => substitute(this.#types.get(part) ?? types.dyn, known, true),
      overloads: this.#overloads,
      typeNames: this.#typeNames,
      dottedVariables: this.#dottedVariables,
    };
  }

  check(expression: Expression): Type {
    const type = this.#find(expression);
    this.#types.set(expression, type);
    return type;
  }

  #find(expression: Expression): Type {
    switch (expression.kind) {
      case "literal":
        return literalType(expression.value);
      case "identifier":
        return this.#identifier(expression);
      case "select":
        return this.#select(expression);
      case "call":
        return this.#call(expression);
      case "list":
        return types.listOf(this.#items(expression.items));
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

  #issue(offset: number, message: string): Type {
    this.issues.push({ offset, message });
    return types.error;
  }

  #resolve(type: Type): Type {
    return substitute(type, this.#known);
  }

  #format(type: Type): string {
    return formatType(substitute(type, this.#known, true));
  }

  #freshType(): Type {
    return types.parameter(`_${this.#fresh++}`);
  }

  #assign(from: Type, to: Type): boolean {
    return assignable([from], [to], this.#known);
  }

  #identifier(expression: Identifier): Type {
    const name = expression.name.replace(/^\./, "");
    const local = name === expression.name && this.#scopes.findLast(([bound]) => bound === name);
    const found = local ? local[1] : this.#environment.variable(name);
    if (found) return found;
    return this.#typeName(expression, name) ?? this.#undeclared(expression.offset, name);
  }

  #typeName(expression: Expression, name: string): Type | undefined {
    const type = this.#environment.type(name);
    if (!type) return undefined;
    this.#typeNames.set(expression, name);
    return types.typeOf(type);
  }

  #undeclared(offset: number, name: string): Type {
    return this.#issue(offset, `undeclared reference to '${name}' (in container '')`);
  }

  /** A chain of names that is one name. */
  #qualified(expression: Select, name: string): Type | undefined {
    const variable = this.#environment.variable(name);
    if (variable) this.#dottedVariables.set(expression, name);
    if (variable) return variable;
    return this.#isVariable(name.split(".", 1)[0]!) ? undefined : this.#typeName(expression, name);
  }

  #isVariable(name: string): boolean {
    return this.#scopes.some(([bound]) => bound === name) || this.#environment.variable(name) !== undefined;
  }

  #select(expression: Select): Type {
    const qualified = expression.test || expression.optional ? undefined : qualifiedName(expression);
    const named = qualified && this.#qualified(expression, qualified);
    if (named) return named;
    const operand = this.#resolve(this.check(expression.operand));
    const found = this.#field(expression, isOptional(operand) ? operand.parameters[0]! : operand);
    if (expression.test) return types.bool;
    return expression.optional || isOptional(operand) ? types.optionalOf(unwrapped(found)) : found;
  }

  #field({ offset, field }: Pick<Select, "offset" | "field">, operand: Type): Type {
    const type = this.#resolve(operand);
    if (isDynamic(type)) return types.dyn;
    if (type.kind === "map") return type.parameters[1]!;
    if (type.kind === "parameter") {
      this.#assign(type, types.dyn);
      return types.dyn;
    }
    if (type.kind === "object") return type.field?.(field) ?? this.#issue(offset, `undefined field '${field}'`);
    return this.#issue(offset, `type '${this.#format(type)}' does not support field selection`);
  }

  #call(expression: Call): Type {
    const { name, target } = expression;
    const qualified = target && qualifiedName(target);
    if (qualified && !this.#isVariable(qualified.split(".", 1)[0]!)) {
      const functions = this.#environment.functions(`${qualified}.${name}`);
      if (functions.length > 0) return this.#resolveCall(expression, functions, expression.arguments);
    }
    const functions = this.#environment.functions(name);
    if (functions.length > 0)
      return this.#resolveCall(
        expression,
        functions,
        target ? [target, ...expression.arguments] : expression.arguments,
      );
    for (const given of target ? [target, ...expression.arguments] : expression.arguments) this.check(given);
    return this.#undeclared(expression.offset, name);
  }

  #resolveCall(expression: Call, functions: readonly Overload[], given: readonly Expression[]): Type {
    const member = expression.target !== undefined && given.length > expression.arguments.length;
    const mixed = this.#mixedLiterals;
    this.#mixedLiterals = expression.name === "format";
    const givenTypes = given.map((one) => this.check(one));
    this.#mixedLiterals = mixed;
    const matching: Overload[] = [];
    let result: Type | undefined;
    for (const overload of functions) {
      if (overload.member !== member || overload.parameters.length !== given.length) continue;
      const [parameters, answer] = this.#instantiate(overload);
      if (!assignable(givenTypes, parameters, this.#known)) continue;
      matching.push(overload);
      const found = substitute(answer, this.#known);
      result = result === undefined || sameType(result, found) ? found : types.dyn;
    }
    this.#overloads.set(expression, matching);
    if (result) return result;
    const { name = expression.name } = functions[0]!;
    return this.#noOverload({ name, offset: expression.offset }, member, givenTypes);
  }

  #noOverload({ name, offset }: Pick<Call, "name" | "offset">, member: boolean, given: readonly Type[]): Type {
    if (given.some((type) => type.kind === "error")) return types.error;
    const shown = given.map((type) => this.#format(type));
    const applied = member ? `${shown[0]}.(${shown.slice(1).join(", ")})` : `(${shown.join(", ")})`;
    return this.#issue(offset, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  /** Each call has type parameters of its own. */
  #instantiate({ parameters, result }: Overload): readonly [readonly Type[], Type] {
    const fresh = new Map<string, Type>();
    const rename = (type: Type): Type => {
      if (type.kind === "parameter") {
        const known = fresh.get(type.name) ?? this.#freshType();
        fresh.set(type.name, known);
        return known;
      }
      return type.parameters.length === 0 ? type : { ...type, parameters: type.parameters.map(rename) };
    };
    return [parameters.map(rename), rename(result)];
  }

  /** The one type of all items; mixed literals are refused. */
  #items(items: readonly { readonly value: Expression; readonly optional: boolean }[]): Type {
    let joined: Type | undefined;
    for (const { value, optional } of items) {
      const type = optional ? this.#optionalContent(value) : this.check(value);
      joined = this.#join(joined, type, value.offset);
    }
    return joined ?? this.#freshType();
  }

  #optionalContent(expression: Expression): Type {
    const type = this.#resolve(this.check(expression));
    if (isDynamic(type)) return type;
    if (isOptional(type)) return type.parameters[0]!;
    return this.#mismatch(expression.offset, types.optionalOf(type), type);
  }

  #mismatch(offset: number, expected: Type, found: Type): Type {
    return this.#issue(offset, `expected type '${this.#format(expected)}' but found '${this.#format(found)}'`);
  }

  #join(joined: Type | undefined, type: Type, offset: number): Type {
    if (joined === undefined) return type;
    const previous = this.#resolve(joined);
    if (isDynamic(previous) || isDynamic(this.#resolve(type))) return types.dyn;
    if (previous.kind === "null" && this.#assign(previous, type)) return type;
    if (this.#assign(type, previous)) return previous;
    if (this.#mixedLiterals) return types.dyn;
    return this.#mismatch(offset, previous, type);
  }

  #map(expression: Extract<Expression, { kind: "map" }>): Type {
    const key = this.#items(expression.entries.map((entry) => ({ value: entry.key, optional: false })));
    return types.mapOf(key, this.#items(expression.entries));
  }

  #struct(expression: StructLiteral): Type {
    const { typeName, fields, offset } = expression;
    const type = this.#environment.type(typeName);
    if (!type) {
      for (const { value } of fields) this.check(value);
      return this.#undeclared(offset, typeName);
    }
    if (type.kind !== "object") return this.#issue(offset, `'${typeName}' is not a message type`);
    for (const { name, value, optional, offset: at } of fields) {
      const given = optional ? this.#optionalContent(value) : this.check(value);
      const declared = type.field?.(name);
      if (!declared) this.#issue(at, `undefined field '${name}'`);
      else if (!this.#assign(given, declared))
        this.#issue(
          at,
          `expected type of field '${name}' is '${this.#format(declared)}' but provided type is '${this.#format(given)}'`,
        );
    }
    return type;
  }

  #loop(loop: Loop): Type {
    const range = this.#resolve(this.check(loop.range));
    const [first, second] = this.#rangeTypes(range, loop);
    const depth = this.#scopes.length;
    if (loop.index !== undefined) this.#scopes.push([loop.index, first], [loop.variable, second]);
    else this.#scopes.push([loop.variable, range.kind === "map" ? first : second]);
    if (loop.condition) {
      const condition = this.check(loop.condition);
      if (!this.#assign(condition, types.bool)) this.#conditionProblem(loop, condition);
    }
    const body = loop.body ? this.check(loop.body) : types.bool;
    this.#scopes.length = depth;
    return this.#loopType(loop, body, first);
  }

  #conditionProblem(loop: Loop, condition: Type): void {
    const { offset, name } = loop;
    const shown = this.#format(condition);
    if (name === "all" || name === "exists") {
      const operator = name === "all" ? "_&&_" : "_||_";
      this.#issue(offset, `found no matching overload for '${operator}' applied to '(bool, ${shown})'`);
    } else {
      const accumulated = name === "exists_one" ? "int" : "list(dyn)";
      const applied = `(${shown}, ${accumulated}, ${accumulated})`;
      this.#issue(offset, `found no matching overload for '_?_:_' applied to '${applied}'`);
    }
  }

  /** Of index and element; of key and value. */
  #rangeTypes(range: Type, loop: Loop): readonly [Type, Type] {
    if (range.kind === "list") return [types.int, range.parameters[0]!];
    if (range.kind === "map") return [range.parameters[0]!, range.parameters[1]!];
    if (isDynamic(range) || range.kind === "parameter") return [types.dyn, types.dyn];
    this.#issue(
      loop.range.offset,
      `expression of type '${this.#format(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
    return [types.error, types.error];
  }

  #loopType({ name, body }: Loop, type: Type, key: Type): Type {
    switch (name) {
      case "map":
      case "filter":
      case "transformList":
        return types.listOf(type);
      case "transformMap":
        return types.mapOf(key, type);
      case "transformMapEntry": {
        const entry = this.#resolve(type);
        if (entry.kind === "map" || isDynamic(entry)) return entry;
        return this.#mismatch(body!.offset, types.mapOf(types.dyn, types.dyn), entry);
      }
      default:
        return types.bool;
    }
  }

  #optionalMap(expression: OptionalMap): Type {
    const target = this.#resolve(this.check(expression.target));
    const content = isOptional(target) ? target.parameters[0]! : types.dyn;
    if (!isOptional(target) && !isDynamic(target)) {
      const shown = this.#format(target);
      this.#issue(expression.offset, `found no matching overload for 'hasValue' applied to '${shown}.()'`);
    }
    this.#scopes.push([expression.variable, content]);
    const body = this.#resolve(this.check(expression.body));
    this.#scopes.pop();
    if (!expression.flat) return types.optionalOf(body);
    if (isOptional(body) || isDynamic(body)) return body;
    return this.#mismatch(expression.body.offset, types.optionalOf(types.dyn), body);
  }
}

/** A field that is optional itself does not become twice optional. */
function unwrapped(type: Type): Type {
  return isOptional(type) ? type.parameters[0]! : type;
}

function qualifiedName(expression: Expression): string | undefined {
  if (expression.kind === "identifier") return expression.name.replace(/^\./, "");
  if (expression.kind !== "select" || expression.test || expression.optional) return undefined;
  const outer = qualifiedName(expression.operand);
  return outer && `${outer}.${expression.field}`;
}

const literalTypes: Readonly<Record<string, Type>> = {
  null_type: types.nullType,
  bool: types.bool,
  int: types.int,
  uint: types.uint,
  double: types.double,
  string: types.string,
  bytes: types.bytes,
};

function literalType(value: Value): Type {
  return literalTypes[typeNameOf(value)]!;
}
