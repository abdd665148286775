/** `authorizer.group('').resource('pods').namespace('shop').check('list').allowed()`. */
import { type Overload, overload } from "../checker/signature.ts";
import { EvaluationError, OpaqueValue } from "../values/value.ts";

/** What an expression asks about. */
export interface AuthorizationQuestion {
  readonly verb: string;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Instead of the one who makes the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
}

export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  /** Set where the authorizer failed. */
  readonly error?: string;
}

/** Must answer at once. */
export type AskAuthorizer = (question: AuthorizationQuestion) => AuthorizationAnswer;

const authorizerName = "kubernetes.authorization.Authorizer";
const pathName = "kubernetes.authorization.PathCheck";
const groupName = "kubernetes.authorization.GroupCheck";
const resourceName = "kubernetes.authorization.ResourceCheck";
const decisionName = "kubernetes.authorization.Decision";

class CheckValue extends OpaqueValue {
  readonly typeName: string;
  readonly ask: AskAuthorizer;
  readonly question: AuthorizationQuestion;

  constructor(typeName: string, ask: AskAuthorizer, question: AuthorizationQuestion) {
    super();
    this.typeName = typeName;
    this.ask = ask;
    this.question = question;
  }

  with(typeName: string, more: Partial<AuthorizationQuestion>): CheckValue {
    return new CheckValue(typeName, this.ask, { ...this.question, ...more });
  }
}

class DecisionValue extends OpaqueValue {
  readonly typeName = decisionName;
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.answer = answer;
  }
}

/** The value of the variable `authorizer`. */
export function authorizerValue(ask: AskAuthorizer): OpaqueValue {
  return new CheckValue(authorizerName, ask, { verb: "" });
}

/** The value of the variable `authorizer.requestResource`. */
export function resourceCheckValue(ask: AskAuthorizer, question: Partial<AuthorizationQuestion>): OpaqueValue {
  return new CheckValue(resourceName, ask, { ...question, verb: "" });
}

function path(check: CheckValue, wanted: string): CheckValue {
  if (wanted === "") throw new EvaluationError("path must not be empty");
  return check.with(pathName, { path: wanted });
}

function decide(check: CheckValue, verb: string): DecisionValue {
  return new DecisionValue(check.ask({ ...check.question, verb }));
}

/** Asking is what costs: three questions use up an expression's budget. */
const asking = { cost: () => 350_000 };

const refinements: readonly (keyof AuthorizationQuestion)[] = [
  "subresource",
  "namespace",
  "name",
  "fieldSelector",
  "labelSelector",
];

export const authorization: readonly Overload[] = [
  overload(`${authorizerName}.path(string): ${pathName}`, path),
  overload(`${authorizerName}.group(string): ${groupName}`, (check: CheckValue, group: string) =>
    check.with(groupName, { group }),
  ),
  overload(
    `${authorizerName}.serviceAccount(string, string): ${authorizerName}`,
    (check: CheckValue, namespace: string, name: string) =>
      check.with(authorizerName, { serviceAccount: { namespace, name } }),
  ),
  overload(`${groupName}.resource(string): ${resourceName}`, (check: CheckValue, resource: string) =>
    check.with(resourceName, { resource }),
  ),
  ...refinements.map((key) =>
    overload(`${resourceName}.${key}(string): ${resourceName}`, (check: CheckValue, value: string) =>
      check.with(resourceName, { [key]: value }),
    ),
  ),
  overload(`${pathName}.check(string): ${decisionName}`, decide, asking),
  overload(`${resourceName}.check(string): ${decisionName}`, decide, asking),
  overload(`${decisionName}.allowed(): bool`, ({ answer }: DecisionValue) => answer.allowed),
  overload(`${decisionName}.reason(): string`, ({ answer }: DecisionValue) => answer.reason),
  overload(`${decisionName}.errored(): bool`, ({ answer }: DecisionValue) => answer.error !== undefined),
  overload(`${decisionName}.error(): string`, ({ answer }: DecisionValue) => answer.error ?? ""),
];
