/** What the command line of an API server asks for, checked, with upstream's words for what is wrong. Reads no file and loads no room. */
import { networkInterfaces } from "node:os";
import { pluginProblems } from "../admission-plugins.ts";
import { type AuditSettings, auditProblems, auditSettings } from "./audit-flags.ts";
import { checkFeatureGates } from "./feature-gates.ts";
import { FlagError, type FlagValues } from "./flags.ts";
import { type OidcSettings, oidcProblems, oidcSettings } from "./oidc-flags.ts";

export interface ApiServerSettings {
  readonly listen: { readonly host: string; readonly port: number };
  readonly advertiseHost: string;
  readonly certificates: {
    /** Where the server's own pair is, or is made. */
    readonly folder: string;
    readonly certificateFile: string;
    readonly keyFile: string;
    /** Shown to clients that ask for these names. */
    readonly named: readonly NamedPair[];
  };
  readonly etcd: { readonly urls: readonly string[]; readonly prefix: string };
  readonly serviceCidr: string;
  readonly nodePorts: { readonly first: number; readonly last: number };
  /** Files and lists; empty: none. */
  readonly trust: TrustSettings;
  readonly authorization: AuthorizationSettings;
  readonly admission: { readonly enable: readonly string[]; readonly disable: readonly string[] };
  readonly audit: AuditSettings;
  readonly encryptionProviderConfig: string;
  /** `KEY=BOOL,…` */
  readonly runtimeConfig: string;
}

export interface NamedPair {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Perhaps with a wildcard: `*.example.com`. None: the certificate's own. */
  readonly names: readonly string[];
}

export interface TrustSettings {
  readonly clientAuthorityFile: string;
  readonly frontProxyAuthorityFile: string;
  readonly frontProxyNames: readonly string[];
  readonly signingKeyFile: string;
  readonly verificationKeyFiles: readonly string[];
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly tokenFile: string;
  readonly tokenWebhookFile: string;
  readonly authenticationConfig: string;
  readonly oidc?: OidcSettings;
  readonly anonymous: boolean;
}

export interface AuthorizationSettings {
  /** Empty where a file says it. */
  readonly modes: readonly string[];
  readonly configFile: string;
  readonly webhookFile: string;
  readonly authorizedTtl: string;
  readonly unauthorizedTtl: string;
}

/** What upstream does and this server cannot: who asks for it is told. */
const unsupported = [
  "admission-control",
  "admission-control-config-file",
  "authorization-policy-file",
  "egress-selector-config-file",
  "etcd-servers-overrides",
  "peer-ca-file",
  "service-account-signing-endpoint",
  "tracing-config-file",
];

/** The headers in which a proxy names users. Others would have to be taken out of all that is passed on, wherever that is. */
const proxyHeaders: Readonly<Record<string, string>> = {
  "requestheader-username-headers": "X-Remote-User",
  "requestheader-uid-headers": "X-Remote-Uid",
  "requestheader-group-headers": "X-Remote-Group",
  "requestheader-extra-headers-prefix": "X-Remote-Extra-",
};

const usualServiceCidr = "10.0.0.0/24";
const usualNodePorts = "30000-32767";
const authorizationModes = ["AlwaysAllow", "AlwaysDeny", "Webhook", "RBAC", "Node"];

/** Throws `FlagError` with everything that is wrong. */
export function apiServerSettings(flags: FlagValues): ApiServerSettings {
  checkFeatureGates(flags.parts("feature-gates"));
  const cidr = serviceCidr(flags);
  const problems = [
    ...unsupported.filter((name) => flags.list(name).length > 0).map((name) => `--${name} is not supported by Kubets`),
    ...proxyHeaderProblems(flags),
    ...requiredProblems(flags),
    ...authorizationProblems(flags),
    ...runtimeProblems(flags),
    ...oidcProblems(flags),
    ...auditProblems(flags),
  ];
  const [enable, disable] = [flags.parts("enable-admission-plugins"), flags.parts("disable-admission-plugins")];
  const all = [...problems, ...pluginProblems(enable, disable)];
  if (all.length > 0) throw new FlagError(all.length === 1 ? all[0]! : `[${all.join(", ")}]`);
  const host = flags.text("bind-address") || everyAddress();
  const advertised = [flags.text("advertise-address"), flags.text("bind-address")];
  return {
    listen: { host, port: flags.number("secure-port", 6443) },
    advertiseHost: advertised.find((one) => one !== "" && !isEveryAddress(one)) ?? ownAddress(),
    certificates: {
      named: namedPairs(flags),
      folder: flags.text("cert-dir") || "/var/run/kubernetes",
      certificateFile: flags.text("tls-cert-file"),
      keyFile: flags.text("tls-private-key-file"),
    },
    etcd: { urls: flags.parts("etcd-servers"), prefix: flags.text("etcd-prefix") || "/registry" },
    serviceCidr: cidr,
    nodePorts: nodePorts(flags),
    trust: trustSettings(flags),
    authorization: authorizationSettings(flags),
    admission: { enable, disable },
    audit: auditSettings(flags),
    encryptionProviderConfig: flags.text("encryption-provider-config"),
    runtimeConfig: flags.parts("runtime-config").join(","),
  };
}

/** `FILE,FILE` or `FILE,FILE:NAME,NAME`, once for each pair. */
function namedPairs(flags: FlagValues): NamedPair[] {
  return flags.list("tls-sni-cert-key").map((text) => {
    const [files = "", names = ""] = text.split(":");
    const [certificateFile, keyFile] = files.split(",").map((file) => file.trim());
    const list = names.split(",").map((name) => name.trim());
    return { certificateFile: certificateFile!, keyFile: keyFile!, names: list.filter(Boolean) };
  });
}

function trustSettings(flags: FlagValues): TrustSettings {
  const issuers = flags.list("service-account-issuer");
  const audiences = flags.parts("api-audiences");
  const { modes } = authorizationSettings(flags);
  const oidc = oidcSettings(flags);
  return {
    ...(oidc && { oidc }),
    clientAuthorityFile: flags.text("client-ca-file"),
    frontProxyAuthorityFile: flags.text("requestheader-client-ca-file"),
    frontProxyNames: flags.parts("requestheader-allowed-names"),
    signingKeyFile: flags.text("service-account-signing-key-file"),
    verificationKeyFiles: flags.list("service-account-key-file"),
    issuers,
    audiences: audiences.length > 0 ? audiences : issuers,
    tokenFile: flags.text("token-auth-file"),
    tokenWebhookFile: flags.text("authentication-token-webhook-config-file"),
    authenticationConfig: flags.text("authentication-config"),
    // Nobody in particular would be allowed everything.
    anonymous: flags.flag("anonymous-auth", true) && !modes.includes("AlwaysAllow"),
  };
}

function authorizationSettings(flags: FlagValues): AuthorizationSettings {
  const configFile = flags.text("authorization-config");
  const modes = flags.parts("authorization-mode");
  return {
    modes: configFile || modes.length > 0 ? modes : ["AlwaysAllow"],
    configFile,
    webhookFile: flags.text("authorization-webhook-config-file"),
    authorizedTtl: flags.text("authorization-webhook-cache-authorized-ttl") || "5m0s",
    unauthorizedTtl: flags.text("authorization-webhook-cache-unauthorized-ttl") || "30s",
  };
}

function proxyHeaderProblems(flags: FlagValues): string[] {
  return Object.entries(proxyHeaders).flatMap(([flag, usual]) => {
    const others = flags.parts(flag).filter((name) => name.toLowerCase() !== usual.toLowerCase());
    return others.map((name) => `--${flag}=${name} is not supported by Kubets: it believes ${usual}`);
  });
}

function requiredProblems(flags: FlagValues): string[] {
  const port = flags.number("secure-port", 6443);
  const given = (name: string) => flags.list(name).length > 0;
  return [
    !given("etcd-servers") && "--etcd-servers must be specified",
    (port < 1 || port > 65535) &&
      `--secure-port ${port} must be between 1 and 65535, inclusive. It cannot be turned off with 0`,
    !given("service-account-issuer") && "service-account-issuer is a required flag",
    !given("service-account-key-file") &&
      "either `--service-account-key-file` or `--service-account-signing-endpoint` must be set",
    !(given("service-account-issuer") && given("service-account-signing-key-file")) &&
      "--service-account-signing-key-file and --service-account-issuer are required flags",
  ].filter((problem) => problem !== false);
}

function authorizationProblems(flags: FlagValues): string[] {
  const { modes, configFile, webhookFile } = authorizationSettings(flags);
  if (configFile && modes.length > 0)
    return [
      "--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined",
    ];
  const unknown = modes.filter((mode) => !authorizationModes.includes(mode));
  return [
    ...unknown.map((mode) =>
      mode === "ABAC"
        ? "authorization-mode ABAC is not supported by Kubets"
        : `authorization-mode ${JSON.stringify(mode)} is not a valid mode`,
    ),
    ...(modes.includes("Webhook") && !webhookFile
      ? ["authorization-mode Webhook's authorization config file not passed"]
      : []),
  ];
}

/** Groups of versions may be asked for: there is what there is. What is there may not be switched off. */
function runtimeProblems(flags: FlagValues): string[] {
  return flags.pairs("runtime-config").flatMap(([name, value]) => {
    const off = value === "false";
    if (!off || name === "api/alpha" || name === "api/beta" || name === "api/legacy") return [];
    return [`--runtime-config=${name}=false is not supported by Kubets`];
  });
}

function serviceCidr(flags: FlagValues): string {
  const [first = usualServiceCidr, second] = flags.parts("service-cluster-ip-range").filter((part) => part !== "");
  if (!/^\d+(\.\d+){3}\/\d+$/.test(first)) throw new FlagError("service-cluster-ip-range[0] is not a valid cidr");
  if (second) throw new FlagError("two service-cluster-ip-ranges are not supported by Kubets");
  return first;
}

function nodePorts(flags: FlagValues): { first: number; last: number } {
  const text = flags.text("service-node-port-range") || usualNodePorts;
  const [, first, sign, other] = /^(\d+)(?:([-+])(\d+))?$/.exec(text) ?? [];
  if (first === undefined)
    throw new FlagError(`invalid argument ${JSON.stringify(text)} for "--service-node-port-range" flag`);
  const low = Number(first);
  return { first: low, last: sign === "-" ? Number(other) : sign === "+" ? low + Number(other) : low };
}

const isEveryAddress = (address: string): boolean => address === "0.0.0.0" || address === "::";

const addresses = () => Object.values(networkInterfaces()).flatMap((found) => found ?? []);

const everyAddress = (): string => (addresses().some(({ family }) => family === "IPv6") ? "::" : "0.0.0.0");

const ownAddress = (): string =>
  addresses().find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
