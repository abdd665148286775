import assert from "node:assert/strict";
import { test } from "node:test";
import { type corev1, type KubernetesObject, resources } from "../api/mod.ts";
import { createClient, resourcePath } from "./client.ts";
import type { ApiRequest, Transport } from "./contract.ts";

/** Notes what a client asks. */
class Recorder implements Transport {
  readonly asked: ApiRequest[] = [];

  async request(request: ApiRequest): Promise<unknown> {
    this.asked.push(request);
    return {};
  }

  watch(request: ApiRequest): never {
    this.asked.push(request);
    throw new Error("only asked");
  }

  stream(): never {
    throw new Error("no streams here");
  }

  async close(): Promise<void> {}

  /** The last request in one line. */
  get last(): string {
    const { method, path, query = {}, contentType = "" } = this.asked.at(-1)!;
    const parameters = Object.entries(query).filter(([, value]) => value !== undefined);
    return [method, path, ...parameters.map(([name, value]) => `${name}=${value}`), contentType].join(" ").trim();
  }
}

const recorder = new Recorder();
const client = createClient(recorder);
const pods = client.resource(resources.pods);
const deployments = client.resource(resources.deployments);
const nodes = client.resource(resources.nodes);
const pod = { metadata: { name: "web", namespace: "team" }, spec: { containers: [] } } as unknown as corev1.Pod;

test("paths follow group, version, namespace, name and subresource, and escape what a name may hold", () => {
  assert.equal(
    resourcePath(resources.pods, { namespace: "team", name: "web", subresource: "log" }),
    "/api/v1/namespaces/team/pods/web/log",
  );
  assert.equal(resourcePath(resources.deployments), "/apis/apps/v1/deployments");
  assert.equal(
    resourcePath(resources.clusterroles, { name: "system:a/b" }),
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb",
  );
});

test("reads ask for what their options say", async () => {
  await pods.get("web", { namespace: "team" });
  assert.equal(recorder.last, "GET /api/v1/namespaces/team/pods/web");
  assert.equal(recorder.asked.at(-1)?.accept, undefined);
  await pods.get("web", { namespace: "team", metadataOnly: true });
  const metadataForm = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
  assert.equal(recorder.asked.at(-1)?.accept, metadataForm);
  await pods.list({ labelSelector: "app=web", limit: 10, resourceVersion: "0" });
  assert.equal(recorder.last, "GET /api/v1/pods labelSelector=app=web resourceVersion=0 limit=10");
  await nodes.get("n1", { namespace: "ignored" });
  assert.equal(recorder.last, "GET /api/v1/nodes/n1");
  assert.throws(() => deployments.watch({ namespace: "team", resourceVersion: "7" }));
  assert.equal(
    recorder.last,
    "GET /apis/apps/v1/namespaces/team/deployments resourceVersion=7 watch=true allowWatchBookmarks=true",
  );
});

test("writes go to the object's own namespace and say what they write", async () => {
  await pods.create(pod, { fieldManager: "test", dryRun: true });
  assert.equal(recorder.last, "POST /api/v1/namespaces/team/pods fieldManager=test dryRun=All");
  const body = recorder.asked.at(-1)!.body as KubernetesObject;
  assert.deepEqual([body.apiVersion, body.kind], ["v1", "Pod"]);
  await pods.updateStatus(pod);
  assert.equal(recorder.last, "PUT /api/v1/namespaces/team/pods/web/status");
  await pods.createSubresource("web", "binding", {}, { namespace: "team" });
  assert.equal(recorder.last, "POST /api/v1/namespaces/team/pods/web/binding");
});

test("patches name their type", async () => {
  await pods.patch("web", {}, { type: "strategic", namespace: "team" });
  assert.equal(recorder.last, "PATCH /api/v1/namespaces/team/pods/web application/strategic-merge-patch+json");
  await pods.patch("web", {}, { type: "apply", namespace: "team", fieldManager: "me", force: true });
  assert.equal(
    recorder.last,
    "PATCH /api/v1/namespaces/team/pods/web fieldManager=me force=true application/apply-patch+yaml",
  );
});

test("deletes carry their options in the body", async () => {
  await pods.delete("web", { namespace: "team", gracePeriodSeconds: 0, preconditions: { uid: "u" } });
  assert.equal(recorder.last, "DELETE /api/v1/namespaces/team/pods/web");
  const options = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0, preconditions: { uid: "u" } };
  assert.deepEqual(recorder.asked.at(-1)!.body, options);
  await pods.deleteCollection({ namespace: "team", labelSelector: "a=b", propagationPolicy: "Background" });
  assert.equal(recorder.last, "DELETE /api/v1/namespaces/team/pods labelSelector=a=b");
});

test("one client for each resource, however often it is asked for", () => {
  assert.equal(client.resource(resources.pods), pods);
});
