/** TokenRequest, TokenReview and SelfSubjectReview. */
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { boolean, field, int64, kind, list, map, message, string, time } from "../../schema/language.ts";
import type { Infer } from "../../schema/types.ts";

export const boundObjectReference = message("io.k8s.api.authentication.v1.BoundObjectReference", {
  kind: field(1, string),
  apiVersion: field(2, string),
  name: field(3, string),
  uid: field(4, string),
});
export interface BoundObjectReference extends Infer<typeof boundObjectReference> {}

export const userInfo = message("io.k8s.api.authentication.v1.UserInfo", {
  username: field(1, string),
  uid: field(2, string),
  groups: field(3, list(string, { listType: "atomic" })),
  extra: field(4, map(list(string, { wrapped: true }))),
});
export interface UserInfo extends Infer<typeof userInfo> {}

export const selfSubjectReviewStatus = message("io.k8s.api.authentication.v1.SelfSubjectReviewStatus", {
  userInfo: field(1, userInfo, { always: true }),
});
export interface SelfSubjectReviewStatus extends Infer<typeof selfSubjectReviewStatus> {}

export const selfSubjectReview = kind("io.k8s.api.authentication.v1.SelfSubjectReview", "authentication.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  status: field(2, selfSubjectReviewStatus, { always: true }),
});
export interface SelfSubjectReview extends Infer<typeof selfSubjectReview> {}

export const tokenRequestSpec = message("io.k8s.api.authentication.v1.TokenRequestSpec", {
  audiences: field(1, list(string, { listType: "atomic" }), { always: true }),
  boundObjectRef: field(3, boundObjectReference, { always: true, pointer: true }),
  expirationSeconds: field(4, int64, { always: true, pointer: true }),
});
export interface TokenRequestSpec extends Infer<typeof tokenRequestSpec> {}

export const tokenRequestStatus = message("io.k8s.api.authentication.v1.TokenRequestStatus", {
  token: field(1, string, { always: true }),
  expirationTimestamp: field(2, time, { always: true }),
});
export interface TokenRequestStatus extends Infer<typeof tokenRequestStatus> {}

export const tokenRequest = kind("io.k8s.api.authentication.v1.TokenRequest", "authentication.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, tokenRequestSpec, { always: true }),
  status: field(3, tokenRequestStatus, { always: true }),
});
export interface TokenRequest extends Infer<typeof tokenRequest> {}

export const tokenReviewSpec = message("io.k8s.api.authentication.v1.TokenReviewSpec", {
  token: field(1, string, { required: true, always: false }),
  audiences: field(2, list(string, { listType: "atomic" })),
});
export interface TokenReviewSpec extends Infer<typeof tokenReviewSpec> {}

export const tokenReviewStatus = message("io.k8s.api.authentication.v1.TokenReviewStatus", {
  authenticated: field(1, boolean),
  user: field(2, userInfo, { always: true }),
  error: field(3, string),
  audiences: field(4, list(string, { listType: "atomic" })),
});
export interface TokenReviewStatus extends Infer<typeof tokenReviewStatus> {}

export const tokenReview = kind("io.k8s.api.authentication.v1.TokenReview", "authentication.k8s.io/v1", {
  metadata: field(1, objectMeta, { always: true }),
  spec: field(2, tokenReviewSpec, { required: true }),
  status: field(3, tokenReviewStatus, { always: true }),
});
export interface TokenReview extends Infer<typeof tokenReview> {}
