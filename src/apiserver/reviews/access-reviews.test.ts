import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
});
after(() => api.stop());

const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const pods = { verb: "list", resource: "pods", namespace: "default" };

function review(attributes: object, more: object = {}) {
  const kind = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" };
  return api.ask("POST", path, {
    body: { ...kind, ...more, spec: { resourceAttributes: { ...pods, ...attributes } } },
  });
}

async function refusals(attributes: object): Promise<string[]> {
  const { status, body } = await review(attributes);
  assert.equal(status, 422);
  return body.details.causes.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`);
}

const place = "spec.resourceAttributes";

test("selectors of a review are text or requirements, and one of them", async () => {
  const requirements = [{ key: "a", operator: "In", values: ["b"] }];
  for (const name of ["fieldSelector", "labelSelector"]) {
    assert.deepEqual(await refusals({ [name]: {} }), [
      `${place}.${name}.requirements: Required value: when ${place}.${name} is specified, requirements or rawSelector is required`,
    ]);
    assert.deepEqual(await refusals({ [name]: { rawSelector: "a=b", requirements } }), [
      `${place}.${name}.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements`,
    ]);
    assert.equal((await review({ [name]: { requirements } })).body.status.allowed, true);
  }
  assert.deepEqual(await refusals({ fieldSelector: { requirements: [{ operator: "In" }] } }), [
    `${place}.fieldSelector.requirements[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    `${place}.fieldSelector.requirements[0].key: Required value: must be specified`,
  ]);
});

test("of requirements those that can be read count, and the answer says that not all could", async () => {
  const exists = { key: "a", operator: "Exists" };
  const { body } = await review({ fieldSelector: { requirements: [exists] } });
  assert.equal(body.status.evaluationError, `${place}.fieldSelector ignored due to parse error`);
  const partly = await review({
    fieldSelector: { requirements: [exists, { key: "a", operator: "In", values: ["x"] }] },
    labelSelector: { requirements: [exists, { key: "a", operator: "Odd" }] },
  });
  const parts = ["fieldSelector", "labelSelector"].map(
    (name) => `${place}.${name} partially ignored due to parse error`,
  );
  assert.equal(partly.body.status.evaluationError, `[${parts.join(", ")}]`);
});

test("a selector that cannot be read is left out, and the answer says so", async () => {
  const { body } = await review({
    fieldSelector: { rawSelector: "bad bad" },
    labelSelector: { rawSelector: "a==b,," },
  });
  assert.equal(
    body.status.evaluationError,
    `[${place}.fieldSelector ignored due to parse error, ${place}.labelSelector ignored due to parse error]`,
  );
});

test("a question has no name", async () => {
  const { status, body } = await review({}, { metadata: { labels: { a: "b" } } });
  assert.equal(status, 422);
  assert.match(body.message, /metadata: Invalid value: \{"labels":\{"a":"b"\}.*: must be empty$/);
});
