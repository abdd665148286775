/** AdmissionReview, the question and the answer (admission.k8s.io/v1, and v1beta1, which differs in how much it demands). */
import { randomUUID } from "node:crypto";
import type { KubernetesObject, metav1 } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import { userInfo } from "../matching/user-info.ts";
import type { Hook } from "./hooks.ts";
import { kindOf, requestedResource } from "./versioned.ts";

const group = "admission.k8s.io";
const knownVersions: readonly string[] = ["v1", "v1beta1"];

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface ReviewSubject {
  readonly object: KubernetesObject | undefined;
  readonly oldObject: KubernetesObject | undefined;
  /** The form that the objects are in. */
  readonly resource: AdmissionAttributes["resource"];
}

export interface Review {
  readonly apiVersion: string;
  readonly kind: "AdmissionReview";
  readonly request: { readonly uid: string; readonly [member: string]: unknown };
}

export interface ReviewResponse {
  readonly uid?: string;
  readonly allowed?: boolean;
  readonly status?: Partial<metav1.Status>;
  /** Base64. */
  readonly patch?: string;
  readonly patchType?: string;
  readonly auditAnnotations?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

/** The first version that both sides know; nothing where there is none. */
export function reviewVersion({ webhook }: Hook): string | undefined {
  return webhook.admissionReviewVersions?.find((version) => knownVersions.includes(version));
}

function namedKind({ group, version, kind }: GroupVersionKind): GroupVersionKind {
  return { group, version, kind };
}

function namedResource({ group, version, resource }: ResourceVersionName): ResourceVersionName {
  return { group, version, resource };
}

export function reviewOf(version: string, attributes: AdmissionAttributes, subject: ReviewSubject): Review {
  const { operation, subresource, namespace, name, user, dryRun } = attributes;
  const requested = requestedResource(attributes);
  return {
    kind: "AdmissionReview",
    apiVersion: `${group}/${version}`,
    request: {
      uid: randomUUID(),
      kind: namedKind(kindOf(attributes, subject.resource)),
      resource: namedResource(subject.resource),
      ...(subresource && { subResource: subresource }),
      requestKind: namedKind(kindOf(attributes, requested)),
      requestResource: namedResource(requested),
      ...(subresource && { requestSubResource: subresource }),
      ...(name && { name }),
      ...(namespace && { namespace }),
      operation,
      userInfo: userInfo(user),
      object: subject.object ?? null,
      oldObject: subject.oldObject ?? null,
      dryRun,
      options: attributes.options?.() ?? null,
    },
  };
}

/** What is wrong with an answer. */
export class InvalidResponse extends Error {}

function fail(why: string): never {
  throw new InvalidResponse(`received invalid webhook response: ${why}`);
}

function checkPatch({ patch, patchType }: ReviewResponse, mutating: boolean): void {
  if (!mutating && patch) fail("validating webhook may not return response.patch");
  if (!mutating && patchType !== undefined) fail("validating webhook may not return response.patchType");
  if (patch && patchType === undefined) fail("webhook returned response.patch but not response.patchType");
  if (!patch && patchType !== undefined) fail("webhook returned response.patchType but not response.patch");
  if (patchType === "") fail('webhook returned invalid response.patchType of ""');
}

function versionAndKind(apiVersion: string, kind: string): string {
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

/** The response within the answer to a review. Throws `InvalidResponse`. */
export function responseOf(answer: unknown, review: Review, mutating: boolean): ReviewResponse {
  const {
    apiVersion = "",
    kind = "",
    response,
  } = (answer ?? {}) as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly response?: ReviewResponse;
  };
  if (!response) return fail("webhook response was absent");
  if (review.apiVersion !== `${group}/v1`) return betaResponse(response);
  const { uid = "" } = response;
  if (uid !== review.request.uid)
    fail(`expected response.uid=${JSON.stringify(review.request.uid)}, got ${JSON.stringify(uid)}`);
  if (apiVersion !== review.apiVersion || kind !== review.kind)
    fail(
      `expected webhook response of ${versionAndKind(review.apiVersion, review.kind)}, got ${versionAndKind(apiVersion, kind)}`,
    );
  checkPatch(response, mutating);
  return response;
}

/** In v1beta1 a patch is a JSON patch, whatever is said. */
function betaResponse(response: ReviewResponse): ReviewResponse {
  return response.patch ? { ...response, patchType: "JSONPatch" } : response;
}
