/** A trust bundle that speaks for a signer is written by those whom the signer trusts with it. */
import type { KubernetesObject } from "../../api/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, incoming, isWrite, stored } from "../request.ts";
import { mayUseSigner } from "./signers.ts";

type Bundle = KubernetesObject & { readonly spec?: { readonly signerName?: string; readonly trustBundle?: string } };

/** Served only where its group's beta version is. */
const bundles = { group: "certificates.k8s.io", resource: "clustertrustbundles" };

function isUnchanged(attributes: AdmissionAttributes): boolean {
  const [next, old] = [incoming<Bundle>(attributes).spec, stored<Bundle>(attributes)?.spec];
  return old !== undefined && next?.signerName === old.signerName && next?.trustBundle === old.trustBundle;
}

export function clusterTrustBundleAttest(context: AdmissionContext): AdmissionPlugin {
  return {
    name: "ClusterTrustBundleAttest",
    handlesByKind: true,
    handles: (attributes) => isWrite(attributes) && concerns(attributes, bundles),
    async validate(attributes) {
      const signer = incoming<Bundle>(attributes).spec?.signerName ?? "";
      if (signer === "" || isUnchanged(attributes)) return;
      if (await mayUseSigner(context, attributes, "attest", signer)) return;
      throw forbidden(attributes, `user not permitted to attest for signerName ${JSON.stringify(signer)}`);
    },
  };
}
