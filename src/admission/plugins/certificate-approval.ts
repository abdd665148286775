/** Approval and denial of a certificate request are the approver's. */
import { type certificatesv1, resources } from "../../api/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, stored } from "../request.ts";
import { mayUseSigner } from "./signers.ts";

const requests = resources.certificatesigningrequests;

/** `verb` is what the user must be allowed to do with the request's signer. */
export async function requireSigner(
  context: AdmissionContext,
  attributes: AdmissionAttributes,
  verb: "approve" | "sign",
): Promise<void> {
  const signer = stored<certificatesv1.CertificateSigningRequest>(attributes)?.spec.signerName ?? "";
  if (await mayUseSigner(context, attributes, verb, signer)) return;
  throw forbidden(attributes, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`);
}

export function certificateApproval(context: AdmissionContext): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    handlesByKind: true,
    handles: (attributes) => attributes.operation === "UPDATE" && concerns(attributes, requests, "approval"),
    validate: (attributes) => requireSigner(context, attributes, "approve"),
  };
}
