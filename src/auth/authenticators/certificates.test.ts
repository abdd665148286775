import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { CertificateAuthority } from "../certificates/certificate-authority.ts";
import { ClientCertificateAuthenticator } from "./client-certificate.ts";
import { FrontProxyAuthenticator } from "./front-proxy.ts";

const der = (pem: string) => new Uint8Array(new X509Certificate(pem).raw);

test("a client certificate names user and groups", async () => {
  const authority = CertificateAuthority.create("kubernetes");
  const { certificate } = authority.issue({
    commonName: 'jane, "the" admin',
    organizations: ["team-a", "team=b"],
    usage: "client",
  });
  const authenticator = new ClientCertificateAuthenticator([authority.certificate]);
  const user = await authenticator.authenticate({ headers: {}, rawHeaders: [], clientCertificate: der(certificate) });
  assert.equal(user?.name, 'jane, "the" admin');
  assert.deepEqual(user?.groups, ["team-a", "team=b"]);
  assert.match(user?.extra?.["authentication.kubernetes.io/credential-id"]?.[0] ?? "", /^X509SHA256=[0-9a-f]{64}$/);
});

test("a server certificate, or one of another authority, names nobody", async () => {
  const [authority, other] = await Promise.all([
    CertificateAuthority.create("one"),
    CertificateAuthority.create("two"),
  ]);
  const authenticator = new ClientCertificateAuthenticator([authority.certificate]);
  const server = authority.issue({ commonName: "system:masters", usage: "server" });
  const foreign = other.issue({ commonName: "jane", usage: "client" });
  for (const { certificate } of [server, foreign]) {
    assert.equal(
      await authenticator.authenticate({ headers: {}, rawHeaders: [], clientCertificate: der(certificate) }),
      undefined,
    );
  }
});

test("only the front proxy may say for whom a request is", async () => {
  const [cluster, proxy] = [CertificateAuthority.create("one"), CertificateAuthority.create("two")];
  const authenticator = new FrontProxyAuthenticator({
    authority: proxy.certificate,
    allowedNames: ["front-proxy-client"],
  });
  const headers = {
    "x-remote-user": "jane",
    "x-remote-group": "a, b",
    "x-remote-extra-scopes%2fcolour": "red",
  };
  const groups = ["X-Remote-Group", "a", "X-Remote-Group", "b,c"];
  const rawHeaders = ["X-Remote-User", "jane", ...groups, "X-Remote-Extra-Scopes%2fColour", "red"];
  const good = proxy.issue({ commonName: "front-proxy-client", usage: "client" });
  assert.deepEqual(
    await authenticator.authenticate({ headers, rawHeaders, clientCertificate: der(good.certificate) }),
    {
      name: "jane",
      groups: ["a", "b,c"],
      extra: { "scopes/colour": ["red"] },
    },
  );
  const wrongName = proxy.issue({ commonName: "someone", usage: "client" });
  const wrongAuthority = cluster.issue({ commonName: "front-proxy-client", usage: "client" });
  for (const { certificate } of [wrongName, wrongAuthority]) {
    assert.equal(
      await authenticator.authenticate({ headers, rawHeaders, clientCertificate: der(certificate) }),
      undefined,
    );
  }
});

test("every authority of a bundle is trusted, not the first alone", async () => {
  const [first, second] = [CertificateAuthority.create("one"), CertificateAuthority.create("two")];
  const bundle = `# the old one\n${first.certificate}\n# the new one\n${second.certificate}`;
  const clients = new ClientCertificateAuthenticator([bundle]);
  const proxies = new FrontProxyAuthenticator({ authority: bundle, allowedNames: [] });
  for (const authority of [first, second]) {
    const { certificate } = authority.issue({ commonName: "jane", usage: "client" });
    const clientCertificate = der(certificate);
    const known = await clients.authenticate({ headers: {}, rawHeaders: [], clientCertificate });
    assert.equal(known?.name, "jane");
    const [headers, rawHeaders] = [{ "x-remote-user": "john" }, ["X-Remote-User", "john"]];
    assert.equal((await proxies.authenticate({ headers, rawHeaders, clientCertificate }))?.name, "john");
  }
  assert.throws(() => new ClientCertificateAuthenticator(["# nothing"]));
});
