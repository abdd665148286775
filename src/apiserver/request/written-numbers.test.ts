/** Where upstream's API server goes by how a number is written, and where by its value. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Answer, type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

let api: ServerUnderTest;
before(async () => {
  api = await startServer();
  await api.ask("POST", deployments, { body: deployment("1") });
});
after(() => api.stop());

const deployments = "/apis/apps/v1/namespaces/default/deployments";
const web = `${deployments}/web?dryRun=All`;

function deployment(replicas: string, more = ""): string {
  const template = `{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web"${more}}]}}`;
  const spec = `{"replicas":${replicas},"selector":{"matchLabels":{"app":"web"}},"template":${template}}`;
  return `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":${spec}}`;
}

function patch(type: string, body: string): Promise<Answer> {
  const options = type === apply ? "&fieldManager=test&force=true" : "";
  return api.ask("PATCH", web + options, { body, type: `application/${type}` });
}

const apply = "apply-patch+yaml";
const merge = (replicas: string) => patch("merge-patch+json", `{"spec":{"replicas":${replicas}}}`);
const replace = (path: string, value: string) =>
  patch("json-patch+json", `[{"op":"replace","path":"${path}","value":${value}}]`);

for (const number of ["7.0", "70e-1", "7E0", "-0.0"]) {
  const why = `json: cannot unmarshal number ${number} into Go struct field DeploymentSpec.spec.replicas of type int32`;

  test(`${number} is no whole number in JSON`, async () => {
    for (const [method, path] of [
      ["POST", `${deployments}?dryRun=All`],
      ["PUT", web],
    ] as const) {
      const { status, body } = await api.ask(method, path, { body: deployment(number) });
      const framed = `Deployment in version "v1" cannot be handled as a Deployment: ${why}`;
      assert.deepEqual([status, body.message], [400, framed]);
    }
  });

  test(`${number} is no whole number in what a merge or a JSON patch makes, which is shown as it was written`, async () => {
    for (const { status, body } of [await merge(number), await replace("/spec/replicas", number)]) {
      assert.equal(status, 422);
      const [{ field, message }] = body.details.causes;
      assert.equal(field, "patch");
      assert.ok(message.includes(`\\"replicas\\":${number},`) && message.endsWith(`: ${why}`), message);
    }
  });

  test(`${number} is its value in a strategic merge patch, in an apply and in YAML`, async () => {
    const answers = [
      await patch("strategic-merge-patch+json", `{"spec":{"replicas":${number}}}`),
      await patch(apply, deployment(number)),
      await api.ask("PUT", web, { body: deployment(number), type: "application/yaml" }),
    ];
    for (const { status, body, text } of answers)
      assert.deepEqual([status, body.spec.replicas], [200, Number(number) || 0], text);
  });
}

test("a quantity that is sent as a number is spelled as it was written, but in a strategic merge patch", async () => {
  const limits = '{"limits":{"cpu":1e0,"memory":1e9}}';
  const containers = `[{"name":"web","image":"web","resources":${limits}}]`;
  const spec = `{"spec":{"template":{"spec":{"containers":${containers}}}}}`;
  const answers = [
    await api.ask("PUT", web, { body: deployment("1", `,"resources":${limits}`) }),
    await patch("merge-patch+json", spec),
    await replace("/spec/template/spec/containers", containers),
  ];
  const limitsOf = ({ body }: Answer) => body.spec.template.spec.containers[0].resources.limits;
  for (const answer of answers) assert.deepEqual(limitsOf(answer), { cpu: "1e0", memory: "1e9" });
  assert.deepEqual(limitsOf(await patch("strategic-merge-patch+json", spec)), { cpu: "1", memory: "1G" });
});

test("a JSON patch tests a number by how it is written", async () => {
  const tested = (value: string) =>
    patch("json-patch+json", `[{"op":"test","path":"/spec/replicas","value":${value}}]`);
  assert.deepEqual([(await tested("1")).status, (await tested("1.0")).status], [200, 422]);
  const added = (value: string) =>
    patch(
      "json-patch+json",
      `[{"op":"add","path":"/x","value":{"a":[1.0]}},{"op":"test","path":"/x/a/0","value":${value}}]`,
    );
  const statuses = [await added("1.0"), await added("1e0"), await added("1")].map(({ status }) => status);
  assert.deepEqual(statuses, [200, 422, 422]);
});

test("a number of a patch that is beyond what one can be is refused", async () => {
  const why = (place: string) => `json: cannot unmarshal number 1e400 into Go ${place} of type float64`;
  const strategic = await patch("strategic-merge-patch+json", '{"spec":{"replicas":1e400}}');
  for (const [{ status, body }, message] of [
    [await merge("1e400"), `error decoding patch: ${why("value")}`],
    [await replace("/spec/replicas", "1e400"), `error decoding patch: ${why("struct field jsonPatchOp.value")}`],
    [strategic, why("value")],
  ] as const)
    assert.deepEqual([status, body.message], [400, message]);
});

test("the options of a deletion and the scale of a deployment are read as other objects are", async () => {
  const options = '{"apiVersion":"v1","kind":"DeleteOptions","dryRun":["All"],"gracePeriodSeconds":5.0}';
  const deletion = await api.ask("DELETE", web, { body: options });
  assert.match(deletion.body.message, /^json: cannot unmarshal number 5\.0 into .*gracePeriodSeconds of type int64$/);
  const scaled = await api.ask("PATCH", `${deployments}/web/scale?dryRun=All`, {
    body: '{"spec":{"replicas":2.0}}',
    type: "application/merge-patch+json",
  });
  assert.match(scaled.body.message, /cannot unmarshal number 2\.0 into .*ScaleSpec\.spec\.replicas of type int32$/);
});
