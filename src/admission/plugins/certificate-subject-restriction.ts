/** Certificates cannot be taken back, so none is made for the group that no policy binds. */
import { type certificatesv1, resources } from "../../api/mod.ts";
import { Group, requestedOrganizations } from "../../auth/mod.ts";
import type { AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming } from "../request.ts";

const clientSigner = "kubernetes.io/kube-apiserver-client";

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  handlesByKind: true,
  handles: (attributes) =>
    attributes.operation === "CREATE" && concerns(attributes, resources.certificatesigningrequests),
  validate(attributes) {
    const { spec } = incoming<certificatesv1.CertificateSigningRequest>(attributes);
    if (spec.signerName !== clientSigner) return;
    const text = Buffer.from(spec.request, "base64").toString("latin1");
    if (!requestedOrganizations(text).includes(Group.masters)) return;
    throw forbidden(attributes, `use of ${clientSigner} signer with ${Group.masters} group is not allowed`);
  },
};
