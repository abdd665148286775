/** The file of `authentication-config`: whose tokens are believed beside the cluster's own, and where nobody need be anybody. */
import { readConfigFile, type Shape } from "./config-file.ts";
import { refuse } from "./configuration-error.ts";

export interface IssuerConfiguration {
  readonly url: string;
  readonly discoveryURL?: string;
  /** PEM; absent: the authorities of this system. */
  readonly certificateAuthority?: string;
  readonly audiences: readonly string[];
  readonly audienceMatchPolicy?: "MatchAny";
}

export interface ClaimOrExpression {
  readonly claim?: string;
  readonly prefix?: string;
  readonly expression?: string;
}

export interface ClaimValidationRule {
  readonly claim?: string;
  readonly requiredValue?: string;
  readonly expression?: string;
  readonly message?: string;
}

export interface JwtConfiguration {
  readonly issuer: IssuerConfiguration;
  readonly claimValidationRules?: readonly ClaimValidationRule[];
  readonly claimMappings: {
    readonly username: ClaimOrExpression;
    readonly groups?: ClaimOrExpression;
    readonly uid?: ClaimOrExpression;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  readonly userValidationRules?: readonly { readonly expression: string; readonly message?: string }[];
  /** How a token may be signed; absent: in every asymmetric way. A file cannot say it. */
  readonly signingAlgorithms?: readonly string[];
}

export interface AnonymousConfiguration {
  readonly enabled: boolean;
  /** Where it is enabled; none: everywhere. */
  readonly conditions?: readonly { readonly path: string }[];
}

export interface AuthenticationConfiguration {
  readonly jwt?: readonly JwtConfiguration[];
  readonly anonymous?: AnonymousConfiguration;
}

const claimOrExpression = { claim: true, prefix: true, expression: true } as const;
const shape: Shape = {
  jwt: [
    {
      issuer: {
        url: true,
        discoveryURL: true,
        certificateAuthority: true,
        audiences: true,
        audienceMatchPolicy: true,
        egressSelectorType: true,
      },
      claimValidationRules: [{ claim: true, requiredValue: true, expression: true, message: true }],
      claimMappings: {
        username: claimOrExpression,
        groups: claimOrExpression,
        uid: claimOrExpression,
        extra: [{ key: true, valueExpression: true }],
      },
      userValidationRules: [{ expression: true, message: true }],
    },
  ],
  anonymous: { enabled: true, conditions: [{ path: true }] },
};

const mostIssuers = 64;

/** Throws `ConfigurationError`. */
export function readAuthenticationConfiguration(file: string): AuthenticationConfiguration {
  const configuration = readConfigFile<AuthenticationConfiguration>(file, "AuthenticationConfiguration", { shape });
  checkAuthenticationConfiguration(configuration);
  return configuration;
}

export function checkAuthenticationConfiguration({ jwt = [], anonymous }: AuthenticationConfiguration): void {
  if (jwt.length > mostIssuers) refuse("jwt", `must have at most ${mostIssuers} items`);
  for (const [index, one] of jwt.entries()) checkJwt(one, `jwt[${index}]`);
  const urls = jwt.map(({ issuer }) => issuer.url);
  const twice = urls.findIndex((url, index) => urls.indexOf(url) < index);
  if (twice >= 0) refuse(`jwt[${twice}].issuer.url`, `Duplicate value: ${JSON.stringify(urls[twice])}`);
  if (anonymous?.conditions && !anonymous.enabled)
    refuse("anonymous.conditions", "enabled should be set to true when conditions are defined");
}

function checkJwt(
  { issuer, claimMappings, claimValidationRules = [], userValidationRules = [] }: JwtConfiguration,
  path: string,
): void {
  checkIssuer(issuer, `${path}.issuer`);
  claimValidationRules.forEach(({ claim, expression }, index) => {
    const at = `${path}.claimValidationRules[${index}]`;
    if (!claim === !expression) refuse(at, "exactly one of claim and expression is required");
  });
  const { username, groups, uid, extra = [] } = claimMappings ?? {};
  if (!username) refuse(`${path}.claimMappings.username`, "claim or expression is required");
  checkMapping(username, `${path}.claimMappings.username`);
  const rules = JSON.stringify([username, extra, claimValidationRules]);
  if (/\bclaims\.email\b/.test(username.expression ?? "") && !/\bclaims\.\??email_verified\b/.test(rules))
    refuse(
      `${path}.claimMappings.username.expression`,
      "claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression",
    );
  if (groups && (groups.claim || groups.expression)) checkMapping(groups, `${path}.claimMappings.groups`);
  if (uid?.claim && uid.expression) refuse(`${path}.claimMappings.uid`, "claim and expression can't both be set");
  extra.forEach(({ key, valueExpression }, index) => {
    const at = `${path}.claimMappings.extra[${index}]`;
    if (!/^[a-z0-9.-]+\/.+$/.test(key ?? ""))
      refuse(`${at}.key`, 'must be a domain-prefix path (such as "acme.io/foo")');
    // The cluster itself tells by them which pod or node a token belongs to.
    if (/^([a-z0-9.-]+\.)?(kubernetes|k8s)\.io\//.test(key))
      refuse(`${at}.key`, "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
    if (extra.findIndex((one) => one.key === key) < index)
      refuse(`${at}.key`, `Duplicate value: ${JSON.stringify(key)}`);
    if (!valueExpression) refuse(`${at}.valueExpression`, "valueExpression is required");
  });
  userValidationRules.forEach(({ expression }, index) => {
    if (!expression) refuse(`${path}.userValidationRules[${index}].expression`, "expression is required");
  });
}

function checkIssuer({ url, discoveryURL, audiences, audienceMatchPolicy }: IssuerConfiguration, path: string): void {
  checkUrl(url, `${path}.url`);
  if (discoveryURL !== undefined) {
    checkUrl(discoveryURL, `${path}.discoveryURL`);
    if (discoveryURL.replace(/\/+$/, "") === url.replace(/\/+$/, ""))
      refuse(`${path}.discoveryURL`, "discoveryURL must be different from URL");
  }
  if (!audiences?.length) refuse(`${path}.audiences`, "at least one audience is required");
  if (audiences.length > 1 && audienceMatchPolicy !== "MatchAny")
    refuse(`${path}.audienceMatchPolicy`, "audienceMatchPolicy must be MatchAny for multiple audiences");
}

function checkUrl(text: string | undefined, path: string): void {
  const url = URL.parse(text ?? "") ?? refuse(path, "URL is required");
  if (url.protocol !== "https:") refuse(path, "URL scheme must be https");
  if (url.username || url.search || url.hash) refuse(path, "URL must not contain a user, query or fragment");
}

function checkMapping({ claim, expression, prefix }: ClaimOrExpression, path: string): void {
  if (claim && expression) refuse(path, "claim and expression can't both be set");
  if (!claim && !expression) refuse(path, "claim or expression is required");
  if (claim && prefix === undefined)
    refuse(
      `${path}.prefix`,
      "prefix is required when claim is set. It can be set to an empty string to disable prefixing",
    );
  if (expression && prefix !== undefined) refuse(`${path}.prefix`, "prefix can't be set when expression is set");
}
