import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { metav1 } from "../../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../../testing/server-under-test.ts";

let server: ServerUnderTest;
const gizmos = "/apis/scale.example.com/v1/namespaces/default/gizmos";
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const merge = "application/merge-patch+json";
const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

const integer = { type: "integer" };
const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gizmos.scale.example.com" },
  spec: {
    group: "scale.example.com",
    scope: "Namespaced",
    names: { plural: "gizmos", kind: "Gizmo" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: { type: "object", properties: { replicas: integer, other: { type: "string" } } },
              status: { type: "object", properties: { replicas: integer } },
            },
          },
        },
        subresources: { scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" } },
      },
    ],
  },
};
const gizmo = {
  apiVersion: "scale.example.com/v1",
  kind: "Gizmo",
  metadata: { name: "one" },
  spec: { replicas: 3, other: "x" },
};
const labels = { app: "one" };
const containers = [{ name: "main", image: "image" }];
const deployment = {
  metadata: { name: "one" },
  spec: { replicas: 3, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
};

before(async () => {
  server = await startServer();
  await server.ask("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { body: definition });
  while ((await server.ask("GET", gizmos)).status !== 200);
  await server.ask("POST", `${gizmos}?fieldManager=maker`, { body: gizmo });
  await server.ask("POST", `${deployments}?fieldManager=maker`, { body: deployment });
});
after(() => server.stop());

async function owners(path: string): Promise<unknown[]> {
  const { body } = await server.ask("GET", path);
  return (body.metadata.managedFields as metav1.ManagedFieldsEntry[]).map((entry) => [
    entry.manager,
    entry.operation,
    entry.apiVersion,
    entry.subresource,
    entry.time !== undefined,
  ]);
}

for (const [what, path, apiVersion] of [
  ["a custom resource", `${gizmos}/one`, "scale.example.com/v1"],
  ["a built-in kind", `${deployments}/one`, "apps/v1"],
] as const)
  test(`who scales ${what} last owns its replicas, without a time, before all others`, async () => {
    const maker = ["maker", "Update", apiVersion, undefined, true];
    const scale = (await server.ask("GET", `${path}/scale`)).body;
    scale.spec.replicas = 4;
    assert.equal((await server.ask("PUT", `${path}/scale?fieldManager=putter`, { body: scale })).status, 200);
    assert.deepEqual(await owners(path), [["putter", "Update", apiVersion, "scale", false], maker]);
    const body = { spec: { replicas: 5 } };
    await server.ask("PATCH", `${path}/scale?fieldManager=patcher`, { body, type: merge });
    assert.deepEqual(await owners(path), [["patcher", "Update", apiVersion, "scale", false], maker]);
  });

test("a scale is shown as a table, and without all but its metadata", async () => {
  const custom = (await server.ask("GET", `${gizmos}/one/scale`, { accept: asTable })).body;
  const columns = custom.columnDefinitions.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`);
  assert.deepEqual(columns, ["Name string", "Desired integer", "Available integer", "Age date"]);
  assert.deepEqual(custom.rows[0].cells.slice(0, 3), ["one", 5, 0]);
  assert.equal(custom.rows[0].object.kind, "PartialObjectMetadata");
  const own = (await server.ask("GET", `${deployments}/one/scale`, { accept: asTable })).body;
  assert.match(own.columnDefinitions[1].description, /replicas is the desired number/);
  const bare = await server.ask("GET", `${gizmos}/one/scale`, {
    accept: asTable.replace("Table", "PartialObjectMetadata"),
  });
  assert.deepEqual([bare.body.kind, bare.body.metadata.name], ["PartialObjectMetadata", "one"]);
});

test("what is no Scale, or of another namespace, is refused in upstream's words", async () => {
  const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "one" }, spec: { replicas: 1 } };
  const put = async (path: string, body: object) => (await server.ask("PUT", `${path}/scale`, { body })).body.message;
  assert.equal(
    await put(`${gizmos}/one`, gizmo),
    'no kind is registered for the type v1.Scale in scheme "pkg/runtime/scheme.go:111"',
  );
  assert.match(await put(`${deployments}/one`, { ...scale, kind: "Other" }), /cannot be handled as a Scale/);
  assert.match(
    await put(`${gizmos}/one`, { ...scale, metadata: { name: "one", namespace: "other" } }),
    /the namespace of the provided object does not match/,
  );
  const applied = await server.ask("PATCH", `${gizmos}/one/scale?fieldManager=me`, {
    body: gizmo,
    type: "application/apply-patch+yaml",
  });
  assert.deepEqual(
    [applied.status, applied.body.message],
    [400, "invalid object type: scale.example.com/v1, Kind=Gizmo"],
  );
});

test("what a scale does not declare cannot be applied to it", async () => {
  const scale = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "one" } };
  const applied = await server.ask("PATCH", `${deployments}/one/scale?fieldManager=me`, {
    body: { ...scale, spec: { replicas: 2, strange: 1 } },
    type: "application/apply-patch+yaml",
  });
  assert.deepEqual(
    [applied.status, applied.body.message],
    [
      500,
      "failed to create typed patch object (/one; autoscaling/v1, Kind=Scale): .spec.strange: field not declared in schema",
    ],
  );
});
