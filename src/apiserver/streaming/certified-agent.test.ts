import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { TLSSocket } from "node:tls";
import { CertificateAuthority } from "../../auth/mod.ts";
import { CertifiedAgent } from "./certified-agent.ts";

test("a renewed certificate is shown to those who are asked from then on; what is under way is finished", async () => {
  const authority = CertificateAuthority.create("test");
  const { certificate, key } = authority.issue({ commonName: "s", alternativeNames: ["127.0.0.1"], usage: "server" });
  const ca = authority.certificate;
  const held = Promise.withResolvers<void>();
  const server = https.createServer({ cert: certificate, key, ca, requestCert: true }, async (request, response) => {
    if (request.url === "/held") await held.promise;
    response.end(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let shown = authority.issue({ commonName: "old", usage: "client" });
  const certified = new CertifiedAgent({ ca, maxFreeSockets: 4 }, () => shown);
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const request = https.get({ host: "127.0.0.1", port, path, agent: certified.agent }, async (answer) =>
        resolve((await answer.toArray()).join("")),
      );
      request.on("error", reject);
    });
  assert.equal(await ask("/"), "old");
  const underWay = ask("/held");
  shown = authority.issue({ commonName: "new", usage: "client" });
  assert.equal(await ask("/"), "new");
  held.resolve();
  assert.equal(await underWay, "old");
  certified.close();
  server.close();
  server.closeAllConnections();
});
