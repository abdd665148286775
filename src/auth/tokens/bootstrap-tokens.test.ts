import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { BootstrapTokens } from "./bootstrap-tokens.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const token = "abcdef.0123456789abcdef";

function authenticatorWith(change: Record<string, string> = {}, type = "bootstrap.kubernetes.io/token") {
  const texts: Record<string, string> = {
    "token-id": "abcdef",
    "token-secret": "0123456789abcdef",
    "usage-bootstrap-authentication": "true",
    "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
    ...change,
  };
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  const secret = { metadata: { name: "bootstrap-token-abcdef" }, type, data } as corev1.Secret;
  return new BootstrapTokens({
    findSecret: async (name) => (name === secret.metadata.name ? secret : undefined),
    now: () => now,
  });
}

test("a bootstrap token names its machine's user and groups", async () => {
  assert.deepEqual(await authenticatorWith().authenticateToken(token), {
    user: {
      name: "system:bootstrap:abcdef",
      groups: ["system:bootstrappers", "system:bootstrappers:kubeadm:default-node-token"],
    },
  });
});

test("a bootstrap token that is over, for something else, wrong or too grand is nobody's", async () => {
  const refused = [
    authenticatorWith({ expiration: "2025-12-31T00:00:00Z" }),
    authenticatorWith({ expiration: "soon" }),
    authenticatorWith({ "usage-bootstrap-authentication": "false" }),
    authenticatorWith({ "auth-extra-groups": "system:masters" }),
    authenticatorWith({ "token-secret": "0123456789abcdeg" }),
    authenticatorWith({}, "Opaque"),
  ];
  for (const one of refused) assert.equal(await one.authenticateToken(token), undefined);
  for (const text of ["fedcba.0123456789abcdef", "abcdef", `${token}0`, "ABCDEF.0123456789abcdef"])
    assert.equal(await authenticatorWith().authenticateToken(text), undefined);
});
