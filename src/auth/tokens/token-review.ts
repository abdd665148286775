/** What POST to `tokenreviews` means. */
import type { authenticationv1 } from "../../api/mod.ts";
import { badRequest } from "../status.ts";
import { Group } from "../users.ts";
import { TokenError, type TokenIdentity } from "./token-authenticator.ts";
import type { TokenChain } from "./token-chain.ts";

/** A user as the API shows it. */
export function userInfo(user: TokenIdentity["user"]): authenticationv1.UserInfo {
  return {
    username: user.name,
    ...(user.uid && { uid: user.uid }),
    groups: [...user.groups],
    ...(user.extra && { extra: Object.fromEntries(Object.entries(user.extra).map(([key, list]) => [key, [...list]])) }),
  };
}

function refused(why?: string): authenticationv1.TokenReviewStatus {
  return { user: {}, error: why === undefined ? "invalid bearer token" : `[invalid bearer token, ${why}]` };
}

function accepted(identity: TokenIdentity): authenticationv1.TokenReviewStatus {
  const { user, audiences } = identity;
  const groups = user.groups.includes(Group.authenticated) ? user.groups : [...user.groups, Group.authenticated];
  return { authenticated: true, user: userInfo({ ...user, groups }), ...(audiences && { audiences: [...audiences] }) };
}

/** Throws a 400 where the review names no token; a bad token is an answer, not an error. */
export async function reviewToken(
  tokens: TokenChain,
  spec: authenticationv1.TokenReviewSpec,
): Promise<authenticationv1.TokenReviewStatus> {
  if (!spec.token) throw badRequest("token is required for TokenReview in authentication");
  try {
    const audiences = spec.audiences?.length ? spec.audiences : tokens.audiences;
    const identity = await tokens.authenticateToken(spec.token, audiences);
    return identity ? accepted(identity) : refused();
  } catch (error) {
    if (error instanceof TokenError) return refused(error.message);
    throw error;
  }
}
