/** Certificates asked for through the API, on a whole API server. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, test } from "node:test";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { type certificatesv1, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
before(async () => {
  cluster = await startHarness({ nodes: [] });
});
after(() => cluster.stop());

type Request = certificatesv1.CertificateSigningRequest;
const requests = () => cluster.client.resource(resources.certificatesigningrequests);

async function ask(name: string, subject: string, signerName: string): Promise<void> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: algorithm });
  const spec = {
    request: Buffer.from(request.toString("pem")).toString("base64"),
    signerName,
    usages: ["digital signature", "client auth"],
    expirationSeconds: 3600,
  };
  await requests().create({ metadata: { name }, spec } as Request);
}

const hasCondition = (type: string) => (request: Request) =>
  request.status?.conditions?.some((one) => one.type === type) === true;

test("a node's request is approved and signed", async () => {
  await ask("node", "CN=system:node:a,O=system:nodes", "kubernetes.io/kube-apiserver-client-kubelet");
  const signed = await cluster.until(resources.certificatesigningrequests, { name: "node" }, (one) =>
    Boolean(one.status?.certificate),
  );
  assert.equal(signed.status?.conditions?.[0]?.reason, "AutoApproved");
  const certificate = new X509Certificate(Buffer.from(signed.status!.certificate!, "base64"));
  assert.match(certificate.subject, /O=system:nodes\nCN=system:node:a|CN=system:node:a\nO=system:nodes/);
  assert.ok(certificate.validToDate.getTime() < Date.now() + 3700_000);
});

test("a person's request waits for approval, and one that asks for too much then fails", async () => {
  await ask("person", "CN=ann,O=dev", "kubernetes.io/kube-apiserver-client");
  await ask("greedy", "CN=ann,O=dev", "kubernetes.io/kube-apiserver-client-kubelet");
  for (const name of ["person", "greedy"]) {
    const request = await requests().get(name);
    assert.equal(request.status?.certificate, undefined);
    const condition = { type: "Approved", status: "True" as const, reason: "ByTest", message: "" };
    const status = { ...request.status, conditions: [condition] };
    await requests().update({ ...request, status } as Request, { subresource: "approval" });
  }
  const isSigned = (one: Request) => Boolean(one.status?.certificate);
  await cluster.until(resources.certificatesigningrequests, { name: "person" }, isSigned);
  const greedy = await cluster.until(resources.certificatesigningrequests, { name: "greedy" }, hasCondition("Failed"));
  const failed = greedy.status?.conditions?.find((one) => one.type === "Failed");
  assert.equal(failed?.reason, "SignerValidationFailure");
});
