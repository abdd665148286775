/** Who asks, as webhooks and expressions are told (`UserInfo` of authentication.k8s.io/v1). What is empty is absent. */
import type { AdmissionAttributes } from "../contract.ts";

export function userInfo({ name, uid, groups, extra }: AdmissionAttributes["user"]): object {
  const hasExtra = extra && Object.keys(extra).length > 0;
  return { username: name, ...(uid && { uid }), groups, ...(hasExtra && { extra }) };
}
