/**
 * What others ask of the expressions of policies and webhooks. The expression language is a large part of a server, and is loaded for the first
 * expression.
 */
import { createRequire } from "node:module";

type Problems = typeof import("./policies/problems.ts");
type TypeChecking = typeof import("./policies/type-checking.ts");

const load = createRequire(import.meta.url);
const problems = () => load("./policies/problems.ts") as Problems;
const typeChecking = () => load("./policies/type-checking.ts") as TypeChecking;

export type PolicyExpressionCheck = InstanceType<Problems["PolicyExpressionCheck"]>;

export function policyExpressionCheck(
  ...spec: ConstructorParameters<Problems["PolicyExpressionCheck"]>
): PolicyExpressionCheck {
  return new (problems().PolicyExpressionCheck)(...spec);
}

export const webhookConditionProblem: Problems["webhookConditionProblem"] = (text) =>
  problems().webhookConditionProblem(text);

export const policyTypeWarnings: TypeChecking["policyTypeWarnings"] = (...policy) =>
  typeChecking().policyTypeWarnings(...policy);
