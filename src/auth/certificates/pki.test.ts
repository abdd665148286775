import "reflect-metadata";
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as tls from "node:tls";
import { CertificateAuthority } from "./certificate-authority.ts";
import { Pki, PkiError } from "./pki.ts";
import { ExtendedUsage } from "./x509.ts";

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubets-pki-"));
});
after(async () => {
  await rm(directory, { recursive: true });
});

test("a second opening loads the same keys and certificates", async () => {
  const first = await Pki.open({ directory: join(directory, "twice") });
  const server = await first.server(["localhost", "127.0.0.1"]);
  const second = await Pki.open({ directory: join(directory, "twice") });
  assert.equal(second.clusterAuthority.certificate, first.clusterAuthority.certificate);
  assert.equal(second.frontProxyAuthority.certificate, first.frontProxyAuthority.certificate);
  assert.equal(second.serviceAccountKey, first.serviceAccountKey);
  assert.deepEqual(await second.server(["localhost", "127.0.0.1"]), server);
});

test("keys say what they are for clients that cannot find it out", async () => {
  const { key } = await (await Pki.open({ directory: join(directory, "keys") })).admin();
  assert.match(key, /^-----BEGIN EC PRIVATE KEY-----\n/);
});

test("every file is readable by its owner alone", async () => {
  const path = join(directory, "modes");
  const pki = await Pki.open({ directory: path });
  await pki.admin();
  const names = await readdir(path);
  assert.deepEqual(names.sort(), [
    "admin.crt",
    "admin.key",
    "ca.crt",
    "ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "sa.key",
  ]);
  for (const name of names) assert.equal((await stat(join(path, name))).mode & 0o777, 0o600, name);
});

test("a new server name or an end that is near makes a new server certificate", async () => {
  let now = Date.now();
  const pki = await Pki.open({ directory: join(directory, "renew"), now: () => now });
  const first = await pki.server(["10.96.0.1"]);
  const second = await pki.server(["10.96.0.1", "kubernetes.default"]);
  assert.notEqual(second.certificate, first.certificate);
  assert.equal(new X509Certificate(second.certificate).checkHost("kubernetes.default"), "kubernetes.default");
  now += 300 * 24 * 60 * 60 * 1000;
  assert.notEqual((await pki.server(["10.96.0.1"])).certificate, second.certificate);
});

test("a certificate whose key is lost is an error, not a new authority", async () => {
  const path = join(directory, "lost");
  await Pki.open({ directory: path });
  await rm(join(path, "ca.key"));
  await assert.rejects(
    Pki.open({ directory: path }),
    (error) => error instanceof PkiError && error.code === "key-missing",
  );
});

test("TLS accepts both ends of a cluster's certificates", async () => {
  const pki = await Pki.open({ directory: join(directory, "tls") });
  const [server, client] = await Promise.all([pki.server(["localhost", "127.0.0.1"]), pki.node("one", ["127.0.0.1"])]);
  const ca = pki.clusterAuthority.certificate;
  const { promise, resolve } = Promise.withResolvers<tls.TLSSocket>();
  const listener = tls.createServer({ cert: server.certificate, key: server.key, ca, requestCert: true }, resolve);
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  const { port } = listener.address() as { port: number };
  const socket = tls.connect({ host: "127.0.0.1", port, ca, cert: client.certificate, key: client.key });
  const accepted = await promise;
  assert.equal(accepted.authorized, true);
  assert.deepEqual({ ...accepted.getPeerCertificate().subject }, { O: "system:nodes", CN: "system:node:one" });
  socket.destroy();
  accepted.destroy();
  await new Promise((done) => listener.close(done));
});

test("the certificates of a cluster stand a clock that is set back by hours just after they were made", async () => {
  const pki = await Pki.open({ directory: join(directory, "set-back") });
  const made = [pki.clusterAuthority, pki.frontProxyAuthority, await pki.server(["localhost"]), await pki.admin()];
  const hoursAgo = Date.now() - 14 * 60 * 60 * 1000;
  for (const { certificate } of made) {
    const { validFromDate, subject } = new X509Certificate(certificate);
    assert.ok(validFromDate.getTime() < hoursAgo, `${subject} is valid from ${validFromDate.toISOString()}`);
  }
});

test("a signing request keeps its subject and gets the usages asked for", async () => {
  const { Pkcs10CertificateRequestGenerator } = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ["team-a"] }, { O: ["team-b"] }, { CN: ["jane"] }],
    keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
  });
  const authority = CertificateAuthority.create("test");
  const notAfter = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
  const signed = await authority.signRequest(request.toString("pem"), {
    extendedUsages: [ExtendedUsage.client],
    notAfter,
  });
  const certificate = new X509Certificate(signed);
  assert.deepEqual({ ...certificate.toLegacyObject().subject }, { O: ["team-a", "team-b"], CN: "jane" });
  assert.deepEqual(certificate.keyUsage, [ExtendedUsage.client]);
  assert.equal(certificate.validToDate.getTime(), notAfter);
  // Its owner counts from five minutes ago, as upstream's signer does.
  assert.ok(Math.abs(notAfter - certificate.validFromDate.getTime() - 65 * 60_000) < 60_000);
  assert.equal(certificate.checkIssued(new X509Certificate(authority.certificate)), true);
});

test("certificates are what OpenSSL's reader takes them for", () => {
  const authority = CertificateAuthority.create("test");
  const { certificate } = authority.issue({
    commonName: "server",
    alternativeNames: ["*.example.org", "10.0.0.1", "fd00::1:2", "::1"],
    usage: "both",
    notAfter: Date.parse("2051-01-01T00:00:00Z"),
  });
  const [leaf, issuer] = [new X509Certificate(certificate), new X509Certificate(authority.certificate)];
  assert.equal(leaf.checkIssued(issuer), true);
  assert.equal(leaf.verify(issuer.publicKey), true);
  assert.equal(issuer.ca, true);
  assert.equal(leaf.ca, false);
  assert.deepEqual(leaf.keyUsage, [ExtendedUsage.server, ExtendedUsage.client]);
  assert.equal(
    leaf.subjectAltName,
    "DNS:*.example.org, IP Address:10.0.0.1, IP Address:FD00:0:0:0:0:0:1:2, IP Address:0:0:0:0:0:0:0:1",
  );
  assert.equal(leaf.validToDate.getTime(), issuer.validToDate.getTime());
});

test("an authority from elsewhere signs under its own name and key identifier", async () => {
  const { BasicConstraintsExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } = await import(
    "@peculiar/x509"
  );
  const keys = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ["sign", "verify"],
  );
  const made = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "C=CH, O=Example, CN=Root",
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new SubjectKeyIdentifierExtension("00112233445566778899"),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const authority = new CertificateAuthority({
    certificate: made.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  });
  const leaf = new X509Certificate(authority.issue({ commonName: "leaf", usage: "client" }).certificate);
  const root = new X509Certificate(authority.certificate);
  assert.equal(leaf.checkIssued(root), true);
  assert.equal(leaf.verify(root.publicKey), true);
});
