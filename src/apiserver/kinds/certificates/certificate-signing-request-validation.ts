import { certificatesv1, dns1123LabelProblems, dns1123SubdomainProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from "../../validation/field-error.ts";
import { type FieldPath, field } from "../../validation/field-path.ts";
import { immutableField, sameJson } from "../../validation/rules.ts";

type SigningRequest = certificatesv1.CertificateSigningRequest;

const path = field("spec");
const shortestSeconds = 600;
const longestSignerName = 571;
const legacySigner = "kubernetes.io/legacy-unknown";
const usages: readonly string[] = certificatesv1.keyUsage.enum;

export function validateSigningRequest({ spec, status }: SigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  if (!isPem(spec.request, "CERTIFICATE REQUEST"))
    errors.push(
      invalid(path.child("request"), spec.request || undefined, "PEM block type must be CERTIFICATE REQUEST"),
    );
  errors.push(...validateUsages(spec.usages ?? [], path.child("usages")));
  errors.push(...validateSignerName(spec.signerName ?? "", path.child("signerName")));
  if (spec.signerName === legacySigner)
    errors.push(
      invalid(path.child("signerName"), legacySigner, "the legacy signerName is not allowed via this API version"),
    );
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < shortestSeconds)
    errors.push(
      invalid(
        path.child("expirationSeconds"),
        seconds,
        "may not specify a duration less than 600 seconds (10 minutes)",
      ),
    );
  return [...errors, ...validateConditions(status?.conditions ?? [])];
}

function isPem(base64: string | undefined, type: string): boolean {
  const text = Buffer.from(base64 ?? "", "base64").toString();
  return text.includes(`-----BEGIN ${type}-----`) && text.includes(`-----END ${type}-----`);
}

function validateUsages(list: readonly string[], at: FieldPath): FieldError[] {
  if (list.length === 0) return [required(at)];
  const seen = new Set<string>();
  return list.flatMap((usage, position) => {
    const errors: FieldError[] = usages.includes(usage) ? [] : [notSupported(at.index(position), usage, usages)];
    if (seen.has(usage)) errors.push(duplicate(at.index(position), usage));
    seen.add(usage);
    return errors;
  });
}

/** A domain of at least two parts, a slash, and a path of the signer's own. */
function validateSignerName(name: string, at: FieldPath): FieldError[] {
  if (name === "") return [required(at)];
  const parts = name.split("/");
  if (parts.length !== 2)
    return [invalid(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const [domain = "", signer = ""] = parts;
  const wrong = domain.split(".").find((label) => dns1123LabelProblems(label).length > 0);
  const errors = dns1123LabelProblems(wrong ?? "a").map((problem) =>
    invalid(at, domain, `validating label ${JSON.stringify(wrong)}: ${problem}`),
  );
  if (errors.length === 0 && !domain.includes("."))
    errors.push(invalid(at, domain, "should be a domain with at least two segments separated by dots"));
  const problems = signer.split(".").some((part) => dns1123SubdomainProblems(part).length > 0)
    ? dns1123SubdomainProblems(signer)
    : [];
  errors.push(
    ...problems.map((problem) => invalid(at, signer, `validating label ${JSON.stringify(signer)}: ${problem}`)),
  );
  return name.length > longestSignerName ? [...errors, tooLong(at, longestSignerName)] : errors;
}

function validateConditions(conditions: readonly certificatesv1.CertificateSigningRequestCondition[]): FieldError[] {
  const at = field("status", "conditions");
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [position, { type, status }] of conditions.entries()) {
    const where = at.index(position);
    if (!type) errors.push(required(where.child("type")));
    if (["Approved", "Denied", "Failed"].includes(type)) {
      if (status !== "True")
        errors.push(status ? notSupported(where.child("status"), status, ["True"]) : required(where.child("status")));
    } else if (!["True", "False", "Unknown"].includes(status))
      errors.push(
        status
          ? notSupported(where.child("status"), status, ["False", "True", "Unknown"])
          : required(where.child("status")),
      );
    if (seen.has(type)) errors.push(duplicate(where.child("type"), type));
    seen.add(type);
  }
  if (seen.has("Approved") && seen.has("Denied")) {
    errors.push(invalid(at, "Denied", "Approved and Denied conditions are mutually exclusive"));
  }
  return errors;
}

export function validateSigningRequestUpdate(
  object: SigningRequest,
  old: SigningRequest,
  context: RequestContext,
): FieldError[] {
  const errors = validateConditions(object.status?.conditions ?? []);
  const at = field("status");
  for (const type of ["Approved", "Denied", "Failed"]) {
    const [before, now] = [old, object].map(
      ({ status }) => status?.conditions?.filter((condition) => condition.type === type) ?? [],
    );
    const lost = before!.length > 0 && now!.length === 0;
    if (lost)
      errors.push(
        forbidden(at.child("conditions"), `updates may not remove a condition of type ${JSON.stringify(type)}`),
      );
    if (context.subresource !== "approval" && type !== "Failed" && now!.length > before!.length)
      errors.push(forbidden(at.child("conditions"), `updates may not add a condition of type ${JSON.stringify(type)}`));
  }
  const certificate = object.status?.certificate;
  if (certificate !== undefined && !isPem(certificate, "CERTIFICATE"))
    errors.push(
      invalid(at.child("certificate"), "<certificate data>", "must contain at least one CERTIFICATE PEM block"),
    );
  if (old.status?.certificate && !sameJson(certificate, old.status.certificate))
    errors.push(forbidden(at.child("certificate"), "updates may not modify existing certificate content"));
  return [...errors, ...immutableField(object.spec.signerName, old.spec.signerName, path.child("signerName"))];
}
