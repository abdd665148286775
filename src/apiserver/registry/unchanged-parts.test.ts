import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { AdmissionPlugin } from "../../admission/mod.ts";
import { defaultTolerationSeconds } from "../../admission/plugins/default-toleration-seconds.ts";
import {
  allResources,
  clone,
  type corev1,
  encodeProtobuf,
  type Kind,
  type KubernetesObject,
  ownPart,
  type ResourceInfo,
  resources,
} from "../../api/mod.ts";
import { type Answer, type ServerUnderTest, startServer } from "../testing/server-under-test.ts";

/** Changes a part that the object shares with the stored one. */
const changer: AdmissionPlugin = {
  name: "Changer",
  handles: ({ object, operation }) => operation === "UPDATE" && object?.metadata.annotations?.["wants"] !== undefined,
  admit: ({ object }) => {
    const pod = object as corev1.Pod;
    ownPart(pod, "spec").activeDeadlineSeconds = Number(pod.metadata.annotations!["wants"]);
  },
};

/** Takes its time, in which the cache forgets the decoded object. */
const ponderer: AdmissionPlugin = {
  name: "Ponderer",
  handles: ({ operation, resource }) => operation === "UPDATE" && resource === resources.services,
  admit: async ({ name }) => {
    const key = `/registry/core/services/default/${name}`;
    api.server.engine.watchCache.resource("/registry/core/services/").get(key)!.forgetObject();
  },
};

/** Somebody else's change of a service, made while its update is on its way. */
let overtake: (() => Promise<unknown>) | undefined;
const racer: AdmissionPlugin = {
  name: "Racer",
  handles: ({ operation }) => operation === "UPDATE" && overtake !== undefined,
  admit: async () => {
    const change = overtake!;
    overtake = undefined;
    await change();
  },
};

let api: ServerUnderTest;
before(async () => {
  api = await startServer({ admission: [changer, defaultTolerationSeconds, ponderer, racer] });
});
after(() => api.stop());

type Form = "yaml" | "json" | "protobuf";
/** YAML is read as a whole, whatever is there. */
const forms: readonly Form[] = ["yaml", "json", "protobuf"];

function put(path: string, { schema }: ResourceInfo, object: KubernetesObject, form: Form): Promise<Answer> {
  if (form === "protobuf")
    return api.ask("PUT", path, { body: encodeProtobuf(schema as Kind<KubernetesObject>, object), type: protobuf });
  return api.ask("PUT", path, { body: object, type: `application/${form}` });
}

const protobuf = "application/vnd.kubernetes.protobuf";

interface Sample {
  readonly resource: string;
  readonly given: KubernetesObject;
}

const defaults = readFileSync(new URL("../../api/testdata/defaults.json", import.meta.url), "utf8");
/** One of each resource. */
const samples = new Map((JSON.parse(defaults) as readonly Sample[]).map((sample) => [sample.resource, sample]));
const changesByItself = new Set(["customresourcedefinitions", "flowschemas", "prioritylevelconfigurations"]);

function pathOf({ group, version, resource, namespaced }: ResourceInfo): string {
  return `/${group ? `apis/${group}` : "api"}/${version}${namespaced ? "/namespaces/default" : ""}/${resource}`;
}

const changing = new Set(["uid", "resourceVersion", "clusterIP", "clusterIPs", "nodePort"]);
const isTime = (value: unknown): boolean => typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value);

/** Without what each object has for itself; who owns what is told in the order of times, which a second may part. */
function settled(value: unknown): unknown {
  const own = (key: string, inner: unknown) => (changing.has(key) || isTime(inner) ? undefined : inner);
  const object = JSON.parse(JSON.stringify(value, own)) as KubernetesObject;
  object.metadata?.managedFields?.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return object;
}

/** What each step answers; nothing of objects that cannot be made here. */
async function history(info: ResourceInfo, given: KubernetesObject, form: Form): Promise<readonly unknown[]> {
  const path = pathOf(info);
  const made = await api.ask("POST", path, { body: given });
  if (made.status !== 201) return [];
  const name = made.body.metadata.name as string;
  const one = `${path}/${name}`;
  const steps: Answer[] = [];
  const change = async (target: string, edit: (object: KubernetesObject & Record<string, unknown>) => void) => {
    // Its message is there from now on.
    await api.ask("GET", one, { accept: protobuf });
    const object = (await api.ask("GET", one)).body;
    edit(object);
    steps.push(await put(target, info, object, form));
  };
  await change(one, ({ metadata }) => {
    metadata.labels = { ...metadata.labels, changed: "once" };
  });
  await change(one, () => {});
  await change(one, ({ metadata }) => {
    delete metadata.labels;
    delete metadata.managedFields;
  });
  if (info.subresources.some((part) => part.name === "status" && part.verbs.includes("update"))) {
    await change(`${one}/status`, ({ metadata }) => {
      metadata.annotations = { by: "status" };
    });
    await change(`${one}/status`, (object) => {
      object["status"] = { ...(object["status"] as object), conditions: [{ type: "Tried", status: "True" }] };
    });
    await change(one, (object) => {
      delete object["status"];
      object.metadata.finalizers = ["example.com/held"];
    });
  }
  await change(one, ({ metadata }) => {
    delete metadata.finalizers;
  });
  await api.ask("DELETE", one, { body: { gracePeriodSeconds: 0, propagationPolicy: "Background" } });
  return steps.map(({ status, body }) => [status, settled(body)]);
}

test("objects of every kind come out of updates alike, whether their unchanged parts are read or taken from what is there", async () => {
  let compared = 0;
  for (const [resource, { given }] of samples) {
    const info = allResources.find((known) => known.resource === resource && known.apiVersion === given.apiVersion);
    if (!info?.verbs.includes("update") || changesByItself.has(resource)) continue;
    const all: (readonly unknown[])[] = [];
    for (const form of forms) all.push(await history(info, given, form));
    for (const [at, form] of forms.entries()) assert.deepEqual(all[at], all[0], `${resource} in ${form}`);
    if (all[0]!.length > 0) compared++;
  }
  assert.ok(compared > 30, `${compared}`);
});

async function makePod(name: string, spec: object = {}): Promise<corev1.Pod> {
  const body = { metadata: { name, labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }], ...spec } };
  const { status, body: made } = await api.ask("POST", pods, { body });
  assert.equal(status, 201, made.message);
  await api.ask("GET", `${pods}/${name}`, { accept: protobuf });
  return made;
}

const pods = "/api/v1/namespaces/default/pods";
/** As the server has it. */
const stored = (name: string) => api.client.resource(resources.pods).get(name, { namespace: "default" });

test("the unchanged parts of an object stay the very ones", async () => {
  for (const form of ["json", "protobuf"] as const) {
    const name = `shares-in-${form}`;
    const pod = await makePod(name);
    const old = await stored(name);
    pod.metadata.labels = { a: "c" };
    const { status, body } = await put(`${pods}/${name}`, resources.pods, pod, form);
    assert.equal(status, 200, body.message);
    const now = await stored(name);
    assert.deepEqual(now, body);
    assert.deepEqual(now.metadata.labels, { a: "c" });
    assert.equal(now.spec, old.spec);
    assert.equal(now.status, old.status);
    const image = clone(body) as corev1.Pod;
    image.spec.containers[0]!.image = "other";
    assert.equal((await put(`${pods}/${name}`, resources.pods, image, form)).status, 200);
    const last = await stored(name);
    assert.equal(last.spec.containers[0]?.image, "other");
    assert.equal(last.status, old.status);
  }
});

test("an update in process shares what the caller got", async () => {
  await makePod("in-process");
  const pod = await stored("in-process");
  const labelled = { ...pod, metadata: { ...pod.metadata, labels: { a: "c" } } };
  const now = await api.client.resource(resources.pods).update(labelled);
  assert.equal(now.spec, pod.spec);
  assert.equal(now.metadata.labels?.["a"], "c");
});

test("who changes a part on its way in changes a copy", async () => {
  for (const form of ["json", "protobuf"] as const) {
    const name = `admitted-in-${form}`;
    const pod = await makePod(name);
    const old = await stored(name);
    pod.metadata.annotations = { wants: "60" };
    const { status, body } = await put(`${pods}/${name}`, resources.pods, pod, form);
    assert.equal(status, 200, body.message);
    assert.equal(body.spec.activeDeadlineSeconds, 60);
    assert.equal(old.spec.activeDeadlineSeconds, undefined);
    assert.deepEqual((await stored(name)).spec, { ...old.spec, activeDeadlineSeconds: 60 });
  }
});

test("tolerations that a stored pod lacks are added to a copy", async () => {
  const pod = await makePod("tolerates");
  const key = "/registry/core/pods/default/tolerates";
  const { value } = (await api.store.get(key))!;
  const { spec, ...bare } = JSON.parse(Buffer.from(value).toString());
  delete spec.tolerations;
  await api.store.write({
    key,
    expected: Number(pod.metadata.resourceVersion),
    value: Buffer.from(JSON.stringify({ ...bare, spec })),
  });
  const { body } = await api.ask("GET", `${pods}/tolerates`);
  assert.equal(body.spec.tolerations, undefined);
  const { status, body: now } = await put(`${pods}/tolerates`, resources.pods, body, "json");
  assert.equal(status, 200, now.message);
  assert.equal(now.spec.tolerations.length, 2);
});

test("an update goes on with the stored object that it began with", async () => {
  const services = "/api/v1/namespaces/default/services";
  const body = { metadata: { name: "forgotten" }, spec: { ports: [{ port: 80 }] } };
  const made = (await api.ask("POST", services, { body })).body;
  made.metadata.labels = { a: "b" };
  const { status, body: now } = await put(`${services}/forgotten`, resources.services, made, "json");
  assert.equal(status, 200, now.message);
  assert.deepEqual(now.spec, made.spec);
});

test("an update that is overtaken is made again, of parts of its own", async () => {
  const services = "/api/v1/namespaces/default/services";
  const { body } = await api.ask("POST", services, {
    body: { metadata: { name: "overtaken" }, spec: { ports: [{ port: 80 }] } },
  });
  const path = `${services}/overtaken`;
  const { resourceVersion: _, ...metadata } = body.metadata;
  const type = "application/merge-patch+json";
  overtake = () => api.ask("PATCH", path, { body: { spec: { sessionAffinity: "ClientIP" } }, type });
  const labelled = { ...body, metadata: { ...metadata, labels: { a: "b" } } };
  const { status, body: now } = await put(path, resources.services, labelled, "json");
  assert.equal(status, 200, now.message);
  assert.equal(overtake, undefined);
  assert.deepEqual([now.metadata.labels, now.spec], [{ a: "b" }, body.spec]);
});

test("an old version, a dry run and what stands twice are told and done as ever", async () => {
  const pod = await makePod("as-ever");
  const path = `${pods}/as-ever`;
  const stale = clone(pod);
  pod.metadata.labels = { a: "c" };
  const dry = await put(`${path}?dryRun=All`, resources.pods, pod, "protobuf");
  assert.deepEqual([dry.status, dry.body.metadata.labels.a], [200, "c"]);
  assert.equal((await stored("as-ever")).metadata.labels?.["a"], "b");
  const text = JSON.stringify(pod).replace('"image":"i"', '"image":"i","image":"i","stray":1');
  const strict = await api.ask("PUT", `${path}?fieldValidation=Strict`, { body: text });
  assert.equal(strict.status, 400);
  assert.match(
    strict.body.message,
    /duplicate field "spec.containers\[0\].image", unknown field "spec.containers\[0\].stray"/,
  );
  const warned = await api.ask("PUT", `${path}?fieldValidation=Warn`, { body: text.replace(',"stray":1', "") });
  assert.equal(warned.status, 200);
  assert.match(String(warned.headers?.["warning"]), /duplicate field \\"spec.containers\[0\].image\\"/);
  for (const form of forms) assert.equal((await put(path, resources.pods, stale, form)).status, 409);
});
