import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../client/mod.ts";
import { AccessReviews, subresourcesOf } from "./access-reviews.ts";

interface Spec {
  readonly token?: string;
  readonly user?: string;
  readonly resourceAttributes?: { readonly subresource: string; readonly verb: string };
}

/** One token, whose user may get `nodes/metrics`. Counts what it is asked. */
function reviewer() {
  const asked: Spec[] = [];
  let now = 0;
  const create = async ({ spec }: { spec: Spec }) => {
    asked.push(spec);
    if (spec.token !== undefined)
      return { status: spec.token === "good" ? { authenticated: true, user: { username: "jane" } } : {} };
    const { subresource, verb } = spec.resourceAttributes!;
    return { status: { allowed: spec.user === "jane" && subresource === "metrics" && verb === "get" } };
  };
  const client = { resource: () => ({ create }) } as unknown as Client;
  const reviews = new AccessReviews({ nodeName: "one", client, clock: { monotonic: () => now } });
  return { reviews, asked, wait: (ms: number) => (now += ms) };
}

test("a path is a subresource of the node, and what has none of its own is its proxy", () => {
  const of = ["/metrics/resource", "/stats/summary", "/pods", "/healthz/ping", "/exec/a/b/c", "/"].map(subresourcesOf);
  assert.deepEqual(of, [["metrics"], ["stats"], ["pods", "proxy"], ["healthz", "proxy"], ["proxy"], ["proxy"]]);
});

test("who shows a token may do what the token's user may, and no more", async () => {
  const { reviews } = reviewer();
  await reviews.admit("good", "GET", "/metrics/resource");
  await assert.rejects(reviews.admit("good", "GET", "/pods"), {
    status: 403,
    message: "Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[pods proxy])",
  });
  await assert.rejects(reviews.admit("good", "POST", "/metrics"), { status: 403 });
  await assert.rejects(reviews.admit("bad", "GET", "/metrics"), { status: 401 });
});

test("what was allowed is not asked again for a minute", async () => {
  const { reviews, asked, wait } = reviewer();
  await reviews.admit("good", "GET", "/metrics");
  await reviews.admit("good", "GET", "/metrics/resource");
  assert.equal(asked.length, 2);
  wait(60_000);
  await reviews.admit("good", "GET", "/metrics");
  assert.equal(asked.length, 4);
});

test("a certificate's user is asked about as a token's is", async () => {
  const { reviews } = reviewer();
  await reviews.admit({ name: "jane", groups: [] }, "GET", "/metrics");
  await assert.rejects(reviews.admit({ name: "joe", groups: [] }, "GET", "/metrics"), { status: 403 });
});
