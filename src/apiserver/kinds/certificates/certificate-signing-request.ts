import { type certificatesv1, formatTime, humanDuration, resources } from "../../../api/mod.ts";
import { setOfPaths } from "../../apply/ignored-fields.ts";
import type { RequestContext, Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateSigningRequest, validateSigningRequestUpdate } from "./certificate-signing-request-validation.ts";

const docs = "io.k8s.api.certificates.v1.CertificateSigningRequestSpec";

type SigningRequest = certificatesv1.CertificateSigningRequest;

export const certificateSigningRequest: Strategy<SigningRequest> = {
  resource: resources.certificatesigningrequests,
  hasStatus: true,
  resetFields: setOfPaths([["spec"], ["status"]]),
  columns: [
    nameColumn,
    ageColumn,
    text("SignerName", ({ spec }) => spec.signerName, { describedBy: `${docs}.signerName` }),
    text("Requestor", ({ spec }) => spec.username ?? "", { describedBy: `${docs}.request` }),
    text("RequestedDuration", durationText, { describedBy: `${docs}.expirationSeconds` }),
    text("Condition", conditionText, {
      describedBy: "io.k8s.api.certificates.v1.CertificateSigningRequestStatus.conditions",
    }),
  ],
  selectableFields: { "spec.signerName": (object) => object.spec.signerName },
  prepareForCreate(object, { user }) {
    // Who asks is what authentication found, never what the request says.
    const { spec } = object;
    for (const key of ["username", "uid", "groups", "extra"] as const) delete spec[key];
    spec.username = user.name;
    if (user.uid) spec.uid = user.uid;
    if (user.groups?.length) spec.groups = [...user.groups];
    const extra = Object.entries(user.extra ?? {}).map(([key, values]) => [key, [...values]]);
    if (extra.length > 0) spec.extra = Object.fromEntries(extra);
    object.status = {};
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === "approval") keepAllButApproval(object, old, context);
    else {
      object.spec = old.spec;
      if (context.subresource === "status") stamp(object, old, context);
    }
  },
  validate: validateSigningRequest,
  validateUpdate: validateSigningRequestUpdate,
};

/** Conditions get their times here where the approver gave none. */
function stamp(object: SigningRequest, old: SigningRequest, context: RequestContext): void {
  if (object.status?.conditions === old.status?.conditions) return;
  const now = formatTime(context.now);
  for (const condition of object.status?.conditions ?? []) {
    condition.lastUpdateTime ??= now;
    const before = old.status?.conditions?.find(({ type }) => type === condition.type);
    const same = before !== undefined && before.status === condition.status;
    condition.lastTransitionTime ??= (same ? before.lastTransitionTime : undefined) ?? now;
  }
}

function keepAllButApproval(object: SigningRequest, old: SigningRequest, context: RequestContext): void {
  object.spec = old.spec;
  const { certificate: _certificate, ...status } = object.status ?? {};
  object.status = { ...status, ...(old.status?.certificate && { certificate: old.status.certificate }) };
  stamp(object, old, context);
}

function durationText({ spec }: SigningRequest): string {
  return spec.expirationSeconds === undefined ? "<none>" : humanDuration(spec.expirationSeconds * 1000);
}

function conditionText({ status }: SigningRequest): string {
  const has = (wanted: string) => status?.conditions?.some(({ type }) => type === wanted) ?? false;
  const words = [has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending"];
  if (has("Failed")) words.push("Failed");
  if (status?.certificate) words.push("Issued");
  return words.join(",");
}
