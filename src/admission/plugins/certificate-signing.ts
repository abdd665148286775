/** The certificate of a request, or that there will be none, is the signer's to say. */
import { type certificatesv1, resources } from "../../api/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming, stored } from "../request.ts";
import { requireSigner } from "./certificate-approval.ts";

type Request = certificatesv1.CertificateSigningRequest;

function changesResult(attributes: AdmissionAttributes): boolean {
  const failed = (request: Request | undefined) => request?.status?.conditions?.some(({ type }) => type === "Failed");
  const [next, old] = [incoming<Request>(attributes), stored<Request>(attributes)];
  return next.status?.certificate !== old?.status?.certificate || failed(next) !== failed(old);
}

export function certificateSigning(context: AdmissionContext): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    handlesByKind: true,
    handles: (attributes) =>
      attributes.operation === "UPDATE" && concerns(attributes, resources.certificatesigningrequests, "status"),
    validate(attributes) {
      if (changesResult(attributes)) return requireSigner(context, attributes, "sign");
    },
  };
}
