/** One rule of a schema, made ready. */
import type { apiextensionsv1 } from "../../api/mod.ts";
import type { Environment } from "../checker/environment.ts";
import type { Type } from "../checker/types.ts";
import * as types from "../checker/types.ts";
import { CompileError, compileExpression, type Program } from "../compile.ts";
import { baseEnvironment } from "../libraries/base.ts";
import type { Expression } from "../syntax/ast.ts";
import { parts } from "../syntax/parts.ts";

export type ValidationRule = apiextensionsv1.ValidationRule;

export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program: Program | undefined;
  readonly messageProgram: Program | undefined;
  /** It compares with what was. */
  readonly isTransition: boolean;
  /** Why there is no program. */
  readonly ruleError: string | undefined;
  readonly messageError: string | undefined;
}

export function compileRule(rule: ValidationRule, type: Type): CompiledRule {
  const environment = environmentFor(rule, type);
  const compiled = attempt(rule.rule, environment, types.bool, "");
  const message = rule.messageExpression
    ? attempt(rule.messageExpression, environment, types.string, "messageExpression ")
    : undefined;
  return {
    rule,
    program: compiled.program,
    ruleError: compiled.error,
    messageProgram: message?.program,
    messageError: message?.error,
    isTransition: compiled.program !== undefined && mentions(compiled.program.checked.expression, "oldSelf"),
  };
}

function environmentFor(rule: ValidationRule, type: Type): Environment {
  const oldSelf = rule.optionalOldSelf ? types.optionalOf(type) : type;
  return baseEnvironment.extend({ variables: { self: type, oldSelf } });
}

function attempt(text: string, environment: Environment, wanted: Type, prefix: string) {
  try {
    const program = compileExpression(text, environment);
    if (program.type.kind === "dyn" || program.type.kind === wanted.kind) return { program, error: undefined };
    const what = prefix ? "must evaluate to a string" : "must evaluate to a bool";
    return { program: undefined, error: prefix ? `messageExpression ${what}` : `cel expression ${what}` };
  } catch (error) {
    if (error instanceof CompileError) return { program: undefined, error: `${prefix}${error.message}` };
    throw error;
  }
}

/** Whether the variable is used anywhere. A loop variable of that name counts too, as it does upstream. */
function mentions(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case "literal":
      return false;
    case "identifier":
      return expression.name === name;
    default:
      return parts(expression).some((part) => mentions(part, name));
  }
}
