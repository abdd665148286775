/** The flags `--oidc-*`: one issuer of tokens, as they said it before there was a file for several. */
import type { JwtConfiguration } from "../../auth/mod.ts";
import type { FlagValues } from "./flags.ts";

export interface OidcSettings {
  /** All but the authority. */
  readonly issuer: JwtConfiguration;
  /** PEM; empty: the authorities of this system. */
  readonly authorityFile: string;
}

const names = [
  "oidc-issuer-url",
  "oidc-client-id",
  "oidc-ca-file",
  "oidc-username-claim",
  "oidc-username-prefix",
  "oidc-groups-claim",
  "oidc-groups-prefix",
  "oidc-required-claim",
  "oidc-signing-algs",
];
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"];

export function oidcProblems(flags: FlagValues): string[] {
  if (!names.some((name) => flags.has(name))) return [];
  if (!flags.text("oidc-issuer-url") || !flags.text("oidc-client-id"))
    return ["oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set"];
  if (flags.text("authentication-config"))
    return ["authentication-config file and oidc-* flags are mutually exclusive"];
  return flags
    .parts("oidc-signing-algs")
    .filter((name) => !algorithms.includes(name))
    .map((name) => `oidc: unsupported signing alg: ${JSON.stringify(name)}`);
}

export function oidcSettings(flags: FlagValues): OidcSettings | undefined {
  const url = flags.text("oidc-issuer-url");
  if (url === "") return undefined;
  const groups = flags.text("oidc-groups-claim");
  const signing = flags.parts("oidc-signing-algs");
  const issuer: JwtConfiguration = {
    issuer: { url, audiences: [flags.text("oidc-client-id")] },
    claimMappings: {
      username: usernameOf(flags, url),
      ...(groups && { groups: { claim: groups, prefix: flags.text("oidc-groups-prefix") } }),
    },
    claimValidationRules: flags
      .pairs("oidc-required-claim")
      .map(([claim, requiredValue]) => ({ claim, requiredValue })),
    signingAlgorithms: signing.length > 0 ? signing : ["RS256"],
  };
  return { issuer, authorityFile: flags.text("oidc-ca-file") };
}

/** Names of different issuers must not meet, but an address is one wherever it comes from. */
function usernameOf(flags: FlagValues, url: string): { readonly claim: string; readonly prefix: string } {
  const claim = flags.text("oidc-username-claim") || "sub";
  const given = flags.text("oidc-username-prefix");
  if (given === "-") return { claim, prefix: "" };
  return { claim, prefix: given || (claim === "email" ? "" : `${url}#`) };
}
