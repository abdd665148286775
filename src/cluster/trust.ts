/** Whom an API server believes, and what it shows to be believed itself. */

import type { NamedCertificate } from "../apiserver/mod.ts";
import { Group, type KeyPair, type Pki, ServiceAccountKeys, type User } from "../auth/mod.ts";
import { adminToken } from "./keys.ts";

export interface Trust {
  /** What it shows to clients. */
  readonly serving: KeyPair;
  /** What it shows to clients that ask for other names. */
  readonly named?: readonly NamedCertificate[];
  /** PEM, one certificate each: whose certificates name users. */
  readonly clientAuthorities: readonly string[];
  /** Whose certificates may say for whom a request is; an empty list of names: each of the authority's. */
  readonly frontProxy?: { readonly authority: string; readonly allowedNames: readonly string[] };
  readonly serviceAccountKeys: ServiceAccountKeys;
  /** Of service account tokens: the first one signs, all are believed. */
  readonly issuers: readonly [string, ...string[]];
  /** For whom tokens may be meant. */
  readonly audiences: readonly string[];
  /** For whom tokens of earlier times may be meant. */
  readonly formerAudiences?: readonly string[];
  /** Bearer tokens told at start. */
  readonly tokens: readonly (readonly [token: string, user: User])[];
}

export const tokenIssuer = "https://kubernetes.default.svc";

/** Clusters made by earlier versions of Kubets have tokens of this one. */
export const formerTokenIssuer = "https://kubernetes.default.svc.cluster.local";

/** Common names of those who may say for whom a request is. */
const frontProxyNames = ["front-proxy-client"];

const administrator: User = { name: "kubernetes-admin", groups: [Group.masters] };

/** Whom servers behind this one believe. */
export function frontProxyOf(pki: Pki): NonNullable<Trust["frontProxy"]> {
  return { authority: pki.frontProxyAuthority.certificate, allowedNames: frontProxyNames };
}

/** A cluster's own: everything comes from its folder of keys. `names`: DNS names and addresses under which it is reached. */
export async function clusterTrust(pki: Pki, names: readonly string[]): Promise<Trust> {
  return {
    serving: await pki.server(names),
    clientAuthorities: [pki.clusterAuthority.certificate],
    frontProxy: frontProxyOf(pki),
    serviceAccountKeys: new ServiceAccountKeys(pki.serviceAccountKey),
    issuers: [tokenIssuer, formerTokenIssuer],
    audiences: [tokenIssuer],
    formerAudiences: [formerTokenIssuer],
    tokens: [[adminToken(pki), administrator]],
  };
}
