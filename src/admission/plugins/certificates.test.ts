import "reflect-metadata";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { resources } from "../../api/mod.ts";
import { RbacAuthorizer, RbacIndex } from "../../auth/mod.ts";
import { MemoryCluster } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ask, refusal } from "../testing/ask.ts";
import { certificateApproval } from "./certificate-approval.ts";
import { certificateSigning } from "./certificate-signing.ts";
import { certificateSubjectRestriction } from "./certificate-subject-restriction.ts";
import { clusterTrustBundleAttest } from "./cluster-trust-bundle-attest.ts";

const clientSigner = "kubernetes.io/kube-apiserver-client";

async function request(signerName: string, ...organizations: string[]) {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const made = await Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map((name) => ({ O: [name] })), { CN: ["jane"] }],
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  });
  const spec = { signerName, request: Buffer.from(made.toString("pem")).toString("base64"), usages: ["client auth"] };
  return { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "r" }, spec };
}

/** Who may `approve` for all signers of kubernetes.io. */
function context() {
  const index = new RbacIndex();
  const version = { apiVersion: "rbac.authorization.k8s.io/v1" };
  const rules = [
    {
      apiGroups: ["certificates.k8s.io"],
      resources: ["signers"],
      resourceNames: ["kubernetes.io/*"],
      verbs: ["approve"],
    },
  ];
  index.setRole({ ...version, kind: "ClusterRole", metadata: { name: "approver" }, rules } as never);
  index.setBinding({
    ...version,
    kind: "ClusterRoleBinding",
    metadata: { name: "approver" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "approver" },
    subjects: [{ kind: "User", name: "approver" }],
  } as never);
  const cluster = new MemoryCluster();
  const authorizer = new RbacAuthorizer(index);
  return { client: cluster.client, informers: cluster.informers, clock: new FakeClock(0), authorizer };
}

const start = 'certificatesigningrequests.certificates.k8s.io "r" is forbidden:';
const resource = resources.certificatesigningrequests as never;

test("nobody asks for the masters' group", async () => {
  assert.equal(
    await refusal(certificateSubjectRestriction, { object: await request(clientSigner, "a", "system:masters") }),
    `${start} use of ${clientSigner} signer with system:masters group is not allowed`,
  );
  await ask(certificateSubjectRestriction, { object: await request(clientSigner, "a") });
  await ask(certificateSubjectRestriction, { object: await request("example.com/own", "system:masters") });
});

test("approving and signing need the right to do so for the signer", async () => {
  const object = await request(clientSigner, "a");
  const approval = { resource, subresource: "approval", object, oldObject: object };
  const approver = { name: "approver", groups: [] };
  await ask(certificateApproval(context()), { ...approval, user: approver });
  assert.equal(
    await refusal(certificateApproval(context()), approval),
    `${start} user not permitted to approve requests with signerName "${clientSigner}"`,
  );
  const status = { ...approval, subresource: "status", user: approver };
  await ask(certificateSigning(context()), status);
  assert.equal(
    await refusal(certificateSigning(context()), { ...status, object: { ...object, status: { certificate: "abc" } } }),
    `${start} user not permitted to sign requests with signerName "${clientSigner}"`,
  );
});

test("a trust bundle for a signer is written by whom the signer trusts with it", async () => {
  const plugin = clusterTrustBundleAttest(context());
  const resource = { ...resources.certificatesigningrequests, resource: "clustertrustbundles" } as never;
  const bundle = (signerName: string) => ({
    apiVersion: "certificates.k8s.io/v1beta1",
    kind: "ClusterTrustBundle",
    metadata: { name: "b" },
    spec: { signerName, trustBundle: "x" },
  });
  assert.equal(
    await refusal(plugin, { object: bundle("example.com/s"), resource }),
    'clustertrustbundles.certificates.k8s.io "b" is forbidden: user not permitted to attest for signerName "example.com/s"',
  );
  await ask(plugin, { object: bundle(""), resource });
  await ask(plugin, { object: bundle("example.com/s"), oldObject: bundle("example.com/s"), resource });
});
