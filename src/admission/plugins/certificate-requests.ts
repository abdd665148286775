/** Who may approve and sign certificate requests, and what nobody may ask for. */
import { type certificatesv1, resources } from "../../api/mod.ts";
import { Group, requestedOrganizations } from "../../auth/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming, stored } from "../request.ts";

type Request = certificatesv1.CertificateSigningRequest;

const requests = resources.certificatesigningrequests;
const clientSigner = "kubernetes.io/kube-apiserver-client";

/** Rights on signers go by their name, or by their domain for all of its signers. */
async function maySigner(context: AdmissionContext, attributes: AdmissionAttributes, verb: string, signer: string) {
  const domain = `${signer.slice(0, signer.indexOf("/"))}/*`;
  for (const name of [signer, domain]) {
    const resource = { group: requests.group, version: "*", resource: "signers", name };
    if ((await context.authorizer.authorize({ user: attributes.user, verb, resource })).decision === "allow")
      return true;
  }
  return false;
}

async function requireSigner(
  context: AdmissionContext,
  attributes: AdmissionAttributes,
  verb: "approve" | "sign",
): Promise<void> {
  const signer = stored<Request>(attributes)?.spec.signerName ?? "";
  if (await maySigner(context, attributes, verb, signer)) return;
  throw forbidden(attributes, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`);
}

/** Approval and denial are the approver's. */
export function certificateApproval(context: AdmissionContext): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    handles: (attributes) => attributes.operation === "UPDATE" && concerns(attributes, requests, "approval"),
    validate: (attributes) => requireSigner(context, attributes, "approve"),
  };
}

function changesResult(attributes: AdmissionAttributes): boolean {
  const failed = (request: Request | undefined) => request?.status?.conditions?.some(({ type }) => type === "Failed");
  const [next, old] = [incoming<Request>(attributes), stored<Request>(attributes)];
  return next.status?.certificate !== old?.status?.certificate || failed(next) !== failed(old);
}

/** The certificate, or that there will be none, is the signer's. */
export function certificateSigning(context: AdmissionContext): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    handles: (attributes) => attributes.operation === "UPDATE" && concerns(attributes, requests, "status"),
    validate(attributes) {
      if (changesResult(attributes)) return requireSigner(context, attributes, "sign");
    },
  };
}

/** Certificates cannot be taken back, so none is made for the group that no policy binds. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  handles: (attributes) => attributes.operation === "CREATE" && concerns(attributes, requests),
  validate(attributes) {
    const { spec } = incoming<Request>(attributes);
    if (spec.signerName !== clientSigner) return;
    const text = Buffer.from(spec.request, "base64").toString("latin1");
    if (!requestedOrganizations(text).includes(Group.masters)) return;
    throw forbidden(attributes, `use of ${clientSigner} signer with ${Group.masters} group is not allowed`);
  },
};
