/** From a token's claims to a user, by the rules of the configuration. Pure once compiled. */
import type {
  ClaimOrExpression,
  ClaimValidationRule,
  JwtConfiguration,
} from "../configuration/authentication-configuration.ts";
import { type AnswerType, type CompileRule, type Expression, ruleCompiler } from "../expressions.ts";
import { TokenError, type TokenIdentity } from "../tokens/token-authenticator.ts";

export type Claims = Readonly<Record<string, unknown>>;
type User = TokenIdentity["user"];

/** Throws `TokenError` where the claims do not make a user. */
export type UserOfClaims = (claims: Claims) => User;

interface Condition {
  readonly text: string;
  readonly message: string;
  readonly holds: Expression;
}

/** Rejects with `ConfigurationError` where an expression does not compile. */
export async function claimRules(configuration: JwtConfiguration, path: string): Promise<UserOfClaims> {
  const { claimMappings: mappings, claimValidationRules = [], userValidationRules = [] } = configuration;
  const compile = usesExpressions(configuration) ? await ruleCompiler(["claims", "user"]) : unexpected;
  const mapping = (of: ClaimOrExpression | undefined, name: string, answers: AnswerType) =>
    claimValue(of, name, () => compile(of!.expression!, { answers, path: `${path}.claimMappings.${name}.expression` }));
  const [username, groups, uid] = [
    mapping(mappings.username, "username", "string"),
    mapping(mappings.groups, "groups", "string or list"),
    mapping(mappings.uid, "uid", "string"),
  ];
  const extra = (mappings.extra ?? []).map(({ key, valueExpression }, index) => {
    const options = {
      answers: "string or list",
      path: `${path}.claimMappings.extra[${index}].valueExpression`,
    } as const;
    return { key, value: compile(valueExpression, options) };
  });
  const validations = claimValidationRules.map((rule, index) =>
    claimCheck(rule, `${path}.claimValidationRules[${index}]`, compile),
  );
  const conditions = userValidationRules.map(({ expression, message = "" }, index): Condition => {
    const options = { answers: "bool", path: `${path}.userValidationRules[${index}].expression` } as const;
    return { text: expression, message, holds: compile(expression, options) };
  });
  return (claims) => {
    for (const check of validations) check(claims);
    requireVerifiedEmail(mappings.username, claims);
    const user = userOf(
      { username: username(claims), groups: groups(claims), uid: uid(claims) },
      extraOf(extra, claims),
    );
    for (const condition of conditions) require(condition, { user: shown(user) });
    return user;
  };
}

function usesExpressions({
  claimMappings,
  claimValidationRules = [],
  userValidationRules = [],
}: JwtConfiguration): boolean {
  const { username, groups, uid, extra = [] } = claimMappings;
  const mapped = [username, groups, uid].some((one) => one?.expression);
  return (
    mapped || extra.length + userValidationRules.length > 0 || claimValidationRules.some(({ expression }) => expression)
  );
}

const unexpected: CompileRule = (text) => {
  throw new Error(`an expression where none was expected: ${text}`);
};

type ClaimValue = (claims: Claims) => unknown;

function claimValue(of: ClaimOrExpression | undefined, name: string, compile: () => Expression): ClaimValue {
  if (of?.expression) {
    const expression = compile();
    return (claims) => evaluated(of.expression!, () => expression({ claims }));
  }
  if (!of?.claim) return () => undefined;
  const { claim, prefix = "" } = of;
  return (claims) => {
    const value = claims[claim] ?? undefined;
    const wrong = [value].flat().find((one) => one !== undefined && typeof one !== "string");
    // A number or an object, made a text, would be a name that the issuer has not given to anybody.
    if (wrong !== undefined)
      throw new TokenError(
        `oidc: parse ${name} claims ${JSON.stringify(claim)}: ${JSON.stringify(wrong)} is no string`,
      );
    return Array.isArray(value) ? value.map((one) => prefix + one) : value === undefined ? undefined : prefix + value;
  };
}

function evaluated(text: string, evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    throw new TokenError(`oidc: error evaluating expression ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}

function claimCheck(rule: ClaimValidationRule, path: string, compile: CompileRule): (claims: Claims) => void {
  const { claim, requiredValue = "", expression, message = "" } = rule;
  if (expression) {
    const holds = compile(expression, { answers: "bool", path: `${path}.expression` });
    return (claims) => require({ text: expression, message, holds }, { claims });
  }
  return (claims) => {
    const value = claims[claim!];
    if (value === undefined) throw new TokenError(`oidc: required claim ${claim} not present in ID token`);
    if (value !== requiredValue)
      throw new TokenError(
        `oidc: required claim ${claim} value does not match. Got = ${value}, want = ${requiredValue}`,
      );
  };
}

function require({ text, message, holds }: Condition, variables: Record<string, unknown>): void {
  if (evaluated(text, () => holds(variables)) === true) return;
  throw new TokenError(`oidc: validation expression '${text}' failed: ${message}`);
}

/** An address that nobody has checked names nobody. */
function requireVerifiedEmail({ claim }: ClaimOrExpression, claims: Claims): void {
  if (claim === "email" && claims["email_verified"] !== undefined && claims["email_verified"] !== true)
    throw new TokenError("oidc: email not verified");
}

function extraOf(rules: readonly { key: string; value: Expression }[], claims: Claims): Record<string, string[]> {
  const entries = rules.map(({ key, value }) => [key, texts(evaluated(key, () => value({ claims })))] as const);
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

interface Mapped {
  readonly username: unknown;
  readonly groups: unknown;
  readonly uid: unknown;
}

function userOf({ username, groups, uid }: Mapped, extra: Record<string, string[]>): User {
  if (typeof username !== "string" || username === "")
    throw new TokenError("oidc: the username claim is not present or empty");
  return {
    name: username,
    groups: texts(groups),
    ...(typeof uid === "string" && uid !== "" && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** One text, or a list of them; nothing and empty texts count for nothing. */
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === "string" && one !== "");
}

/** A user as expressions see it. */
function shown({ name, uid = "", groups, extra = {} }: User): object {
  return { username: name, uid, groups, extra };
}
