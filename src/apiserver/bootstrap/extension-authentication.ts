/** What extension API servers read to believe this one's word about its users: whose certificates count, and which headers say who asks. */
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import { identityHeaderNames } from "../aggregation/identity-headers.ts";
import { changeStored } from "../registry/change-stored.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { ensureObject } from "./ensure.ts";

export interface FrontProxyTrust {
  /** PEM */
  readonly authority: string;
  /** Common names. */
  readonly allowedNames: readonly string[];
}

export interface ExtensionTrust {
  /** PEM: of users' certificates. */
  readonly clientAuthorities: readonly string[];
  readonly frontProxy?: FrontProxyTrust;
}

const place = { namespace: "kube-system", name: "extension-apiserver-authentication" } as const;

/** Kept at what this server trusts now; other keys are somebody else's. */
export async function ensureExtensionAuthentication(
  storage: ResourceStorage,
  trust: ExtensionTrust,
  now: number,
): Promise<void> {
  const data = dataOf(trust);
  const { object } = await ensureObject(storage, { metadata: place, data }, now);
  const present = (object as corev1.ConfigMap).data ?? {};
  if (isDeepStrictEqual({ ...present, ...data }, present)) return;
  await changeStored<corev1.ConfigMap>(storage, { ...place, dryRun: false }, (next) => {
    next.data = { ...next.data, ...data };
  });
}

function dataOf({ clientAuthorities, frontProxy }: ExtensionTrust): Record<string, string> {
  const { user, uid, group, extraPrefix } = identityHeaderNames;
  return {
    "client-ca-file": clientAuthorities.join(""),
    ...(frontProxy && {
      "requestheader-allowed-names": JSON.stringify(frontProxy.allowedNames),
      "requestheader-client-ca-file": frontProxy.authority,
      "requestheader-extra-headers-prefix": JSON.stringify([extraPrefix]),
      "requestheader-group-headers": JSON.stringify([group]),
      "requestheader-uid-headers": JSON.stringify([uid]),
      "requestheader-username-headers": JSON.stringify([user]),
    }),
  };
}
