import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../api/mod.ts";
import { type TokenFacts, tokenFate } from "./legacy-token-cleaner.ts";

const now = Date.parse("2026-06-01T12:00:00Z");
const account = { metadata: { name: "builder" }, secrets: [{ name: "builder-token" }] } as corev1.ServiceAccount;

function secret(labels: Record<string, string> = {}, creationTimestamp = "2020-01-01T00:00:00Z"): corev1.Secret {
  const metadata = { name: "builder-token", namespace: "shop", creationTimestamp, labels };
  return { metadata, type: "kubernetes.io/service-account-token" } as corev1.Secret;
}

function fate(labels: Record<string, string> = {}, other: Partial<TokenFacts> = {}) {
  const trackedSince = Date.parse("2024-01-01");
  return tokenFate({ secret: secret(labels), account, mounted: false, trackedSince, now, ...other });
}

const lastUsed = (day: string) => ({ "kubernetes.io/legacy-token-last-used": day });
const invalidSince = (day: string) => ({ "kubernetes.io/legacy-token-invalid-since": day });

test("a token that nobody has used for a year is marked, and a year after that its Secret goes", () => {
  assert.equal(fate(lastUsed("2025-07-01")), "keep");
  assert.equal(fate(lastUsed("2025-05-01")), "mark");
  assert.equal(fate({ ...lastUsed("2023-05-01"), ...invalidSince("2025-07-01") }), "keep");
  assert.equal(fate({ ...lastUsed("2023-05-01"), ...invalidSince("2025-05-01") }), "delete");
});

test("a token whose use was never noted counts as used when notes began", () => {
  assert.equal(fate(), "mark");
  assert.equal(fate({}, { trackedSince: Date.parse("2025-07-01") }), "keep");
  assert.equal(fate(lastUsed("2020-01-01"), { trackedSince: undefined }), "keep");
});

test("a new Secret, one that a pod mounts, and one that somebody asked for stay", () => {
  assert.equal(fate({}, { secret: secret({}, "2026-01-01T00:00:00Z") }), "keep");
  assert.equal(fate({}, { mounted: true }), "keep");
  assert.equal(fate({}, { account: { ...account, secrets: [] } }), "keep");
  assert.equal(fate({}, { account: undefined }), "keep");
});
