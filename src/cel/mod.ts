export { Environment } from "./checker/environment.ts";
export { type OfSizes, type Overload, overload } from "./checker/signature.ts";
export type { Type } from "./checker/types.ts";
export * as celTypes from "./checker/types.ts";
export { CompileError, type CompileOptions, compileExpression, type Program } from "./compile.ts";
export { Budget, type Variables } from "./evaluate/frame.ts";
export {
  type AskAuthorizer,
  type AuthorizationAnswer,
  type AuthorizationQuestion,
  authorizerValue,
  resourceCheckValue,
} from "./libraries/authorizer.ts";
export { baseEnvironment } from "./libraries/base.ts";
export { escapeName } from "./schema/escape.ts";
export { declare as declareSchema } from "./schema/json-schema.ts";
export type { FieldProblem } from "./validation/field-problem.ts";
export { sameValue } from "./validation/same-value.ts";
export { compileValidationRules, type ValidationRules } from "./validation/validation-rules.ts";
export { dynShape, fromJson, type Shape } from "./values/data.ts";
export { toJson } from "./values/to-json.ts";
export { CostError, EvaluationError, ListValue, MapValue, type Value } from "./values/value.ts";
