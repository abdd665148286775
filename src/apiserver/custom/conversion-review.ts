/** ConversionReview, the question and the answer (apiextensions.k8s.io/v1, and v1beta1, which need not repeat the uid). */
import { randomUUID } from "node:crypto";
import { isObject } from "../apply/type-rules.ts";

const group = "apiextensions.k8s.io";
const knownVersions: readonly string[] = ["v1", "v1beta1"];
const scheme = 'in scheme "pkg/runtime/scheme.go:111"';

export interface ConversionReview {
  readonly kind: "ConversionReview";
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly object[] };
}

/** What is wrong with an answer, in upstream's words. */
export class InvalidConversion extends Error {}

/** The first version that both sides know; nothing where there is none, which validation refuses. */
export function reviewVersion(offered: readonly string[]): string | undefined {
  return offered.find((version) => knownVersions.includes(version));
}

export function reviewOf(version: string, objects: readonly object[], desiredAPIVersion: string): ConversionReview {
  const request = { uid: randomUUID(), desiredAPIVersion, objects };
  return { kind: "ConversionReview", apiVersion: `${group}/${version}`, request };
}

interface Answer {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly response?: {
    readonly uid?: string;
    readonly convertedObjects?: readonly unknown[] | null;
    readonly result?: { readonly status?: string; readonly message?: string };
  } | null;
}

/** The objects of the answer, unchecked. Throws `InvalidConversion`. */
export function convertedObjects(answer: unknown, review: ConversionReview): readonly unknown[] {
  const { apiVersion = "", kind = "", response } = (isObject(answer) ? answer : {}) as Answer;
  checkKind(apiVersion, kind, review);
  if (!response) throw new InvalidConversion("no response provided");
  const { uid = "", result = {}, convertedObjects: objects } = response;
  if (apiVersion === `${group}/v1` && uid !== review.request.uid)
    throw new InvalidConversion(
      `expected response.uid=${JSON.stringify(review.request.uid)}, got ${JSON.stringify(uid)}`,
    );
  if (result.status !== "Success") throw new InvalidConversion(result.message || notSuccess(result.status));
  return objects ?? [];
}

function notSuccess(status = ""): string {
  return `response.result.status was '${status}', not 'Success'`;
}

function checkKind(apiVersion: string, kind: string, review: ConversionReview): void {
  const known = knownVersions.some((version) => apiVersion === `${group}/${version}`);
  if (kind !== review.kind || !known)
    throw new InvalidConversion(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ${scheme}`,
    );
  if (apiVersion === review.apiVersion) return;
  const type = (version: string) => `${version.slice(group.length + 1)}.ConversionReview`;
  throw new InvalidConversion(`converting (${type(apiVersion)}) to (${type(review.apiVersion)}): unknown conversion`);
}
