/** Rights on signers of certificates go by their name, or by their domain for all of its signers. */
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes } from "../contract.ts";

export type SignerVerb = "approve" | "attest" | "sign";

export async function mayUseSigner(
  { authorizer }: AdmissionContext,
  { user }: AdmissionAttributes,
  verb: SignerVerb,
  signer: string,
): Promise<boolean> {
  const domain = `${signer.slice(0, signer.indexOf("/"))}/*`;
  for (const name of [signer, domain]) {
    const resource = { group: "certificates.k8s.io", version: "*", resource: "signers", name };
    if ((await authorizer.authorize({ user, verb, resource })).decision === "allow") return true;
  }
  return false;
}
