import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { CertificateAuthority } from "../../auth/mod.ts";
import { Registry } from "../../client/prometheus.ts";
import { AccessMetrics } from "./access-metrics.ts";

test("the time that a client's certificate has left is counted where the certificate says who asks", async () => {
  const registry = new Registry();
  const metrics = new AccessMetrics(registry);
  const authority = CertificateAuthority.create("test");
  const { certificate } = authority.issue({ commonName: "jane", usage: "client" });
  const der = new X509Certificate(certificate).raw;
  const jane = { name: "jane", groups: [] };
  const extra = { "authentication.kubernetes.io/credential-id": ["X509SHA256=ab"] };
  metrics.authenticated({ ...jane, extra }, performance.now(), der);
  metrics.authenticated({ ...jane, extra }, performance.now(), der);
  metrics.authenticated(jane, performance.now(), der);
  metrics.authenticated({ ...jane, extra }, performance.now());
  const text = await registry.metrics();
  const name = "apiserver_client_certificate_expiration_seconds";
  assert.match(text, new RegExp(`^${name}_count 2$`, "m"));
  assert.match(text, new RegExp(`^${name}_bucket\\{le="86400"\\} 0$`, "m"));
});
