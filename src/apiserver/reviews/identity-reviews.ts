/** Who am I, and whose token is this (authentication.k8s.io)? */
import { type authenticationv1, resources } from "../../api/mod.ts";
import { reviewToken, type TokenChain, userInfo } from "../../auth/mod.ts";
import { timestamp } from "../registry/operation.ts";
import { type Review, reviewEndpoint } from "./review-endpoint.ts";

export function selfReview() {
  const review: Review<authenticationv1.SelfSubjectReview> = {
    info: resources.selfsubjectreviews,
    answer(asked, { user, now }) {
      const metadata = { creationTimestamp: timestamp(now) } as typeof asked.metadata;
      return { ...asked, metadata, status: { userInfo: userInfo(user) } };
    },
  };
  return { info: review.info, endpoint: reviewEndpoint(review) };
}

export function tokenReview(tokens: TokenChain) {
  const review: Review<authenticationv1.TokenReview> = {
    info: resources.tokenreviews,
    answer: async (asked) => ({ ...asked, status: await reviewToken(tokens, asked.spec) }),
  };
  return { info: review.info, endpoint: reviewEndpoint(review) };
}
