/** Expressions of administrators' rules, compiled once: from values of JSON to a value of JSON. */
import type * as Cel from "../cel/mod.ts";
import { refuse } from "./configuration/configuration-error.ts";

export type Expression = (variables: Readonly<Record<string, unknown>>) => unknown;

export type AnswerType = "bool" | "string" | "string or list";

/** Answers the compiled expression. `path` is where it stands in its file. Throws `ConfigurationError`. */
export type CompileRule = (text: string, options: { answers: AnswerType; path: string }) => Expression;

/** The language is loaded only where a file has rules. `variables` are what the rules may name. */
export async function ruleCompiler(variables: readonly string[]): Promise<CompileRule> {
  const cel = await import("../cel/mod.ts");
  const declared = Object.fromEntries(variables.map((name) => [name, cel.celTypes.dyn]));
  const environment = cel.baseEnvironment.extend({ variables: declared });
  return (text, { answers, path }) => {
    const program = compiled(cel, text, environment, answers, path);
    return (values) => cel.toJson(program.evaluate((name) => cel.fromJson(values[name], cel.dynShape)));
  };
}

function compiled(cel: typeof Cel, text: string, environment: Cel.Environment, answers: AnswerType, path: string) {
  const { bool, string, listOf, dyn } = cel.celTypes;
  // What a claim holds is known only when it comes.
  const types = { bool: [bool, dyn], string: [string, dyn], "string or list": [string, listOf(string), dyn] }[answers];
  try {
    return cel.compileExpression(text, environment, { answers: types });
  } catch (error) {
    if (error instanceof cel.CompileError) return refuse(path, error.message);
    throw error;
  }
}
