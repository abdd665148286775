/** Claims find volumes, and neither goes while it is used, on a whole API server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type corev1, type Draft, resources } from "../../src/api/mod.ts";
import { type Harness, startHarness } from "./controllers-harness.ts";

let cluster: Harness;
const namespace = "work";

before(async () => {
  cluster = await startHarness();
  await cluster.addNamespace(namespace);
});
after(() => cluster.stop());

function volumeOf(name: string, storage: string): Draft<corev1.PersistentVolume> {
  const spec = {
    capacity: { storage },
    accessModes: ["ReadWriteOnce" as const],
    hostPath: { path: `/tmp/${name}` },
    persistentVolumeReclaimPolicy: "Retain" as const,
  };
  return { metadata: { name }, spec };
}

function claimOf(name: string, storage: string): Draft<corev1.PersistentVolumeClaim> {
  const spec = { accessModes: ["ReadWriteOnce" as const], resources: { requests: { storage } }, storageClassName: "" };
  return { metadata: { name, namespace }, spec };
}

const claims = () => cluster.client.resource(resources.persistentvolumeclaims);
const volumes = () => cluster.client.resource(resources.persistentvolumes);
const isBound = (object: { status?: { phase?: string } }) => object.status?.phase === "Bound";

test("a claim takes the smallest volume that is large enough", async () => {
  await volumes().create(volumeOf("small", "1Gi"));
  await volumes().create(volumeOf("large", "10Gi"));
  await volumes().create(volumeOf("medium", "5Gi"));
  await cluster.untilAll(resources.persistentvolumes, undefined, (all) =>
    all.every((one) => one.status?.phase === "Available"),
  );
  await claims().create(claimOf("data", "2Gi"));
  const claim = await cluster.until(resources.persistentvolumeclaims, { name: "data", namespace }, isBound);
  assert.equal(claim.spec.volumeName, "medium");
  assert.deepEqual(claim.status?.capacity, { storage: "5Gi" });
  assert.equal(claim.metadata.annotations?.["pv.kubernetes.io/bind-completed"], "yes");
  const volume = await cluster.until(resources.persistentvolumes, { name: "medium" }, isBound);
  assert.equal(volume.spec?.claimRef?.uid, claim.metadata.uid);
});

test("a claim without a volume waits, says so, and takes the first that comes", async () => {
  await claims().create(claimOf("huge", "100Gi"));
  await cluster.until(
    resources.persistentvolumeclaims,
    { name: "huge", namespace },
    (claim) => claim.status?.phase === "Pending",
  );
  await cluster.untilAll(resources.events, namespace, (all) =>
    all.some((event) => event.reason === "FailedBinding" && event.involvedObject.name === "huge"),
  );
  await volumes().create(volumeOf("huge", "100Gi"));
  await cluster.until(resources.persistentvolumeclaims, { name: "huge", namespace }, isBound);
});

test("a claim that a pod uses stays until the pod has gone, and its volume is then released", async () => {
  const containers = [{ name: "main", image: "main:1" }];
  const spec = { containers, volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
  await cluster.client.resource(resources.pods).create({ metadata: { name: "user", namespace }, spec });
  await cluster.until(resources.pods, { name: "user", namespace }, (pod) => pod.status?.phase === "Running");
  await claims().delete("data", { namespace });
  const held = await claims().get("data", { namespace });
  assert.ok(held.metadata.deletionTimestamp);
  assert.deepEqual(held.metadata.finalizers, ["kubernetes.io/pvc-protection"]);
  await cluster.client.resource(resources.pods).delete("user", { namespace });
  await cluster.untilAll(resources.persistentvolumeclaims, namespace, (all) =>
    all.every((claim) => claim.metadata.name !== "data"),
  );
  await cluster.until(resources.persistentvolumes, { name: "medium" }, (one) => one.status?.phase === "Released");
});
