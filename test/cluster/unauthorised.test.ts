/** Nothing is given to who may not have it: the whole discovery, asked with every verb by three who may do next to nothing. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pino from "pino";
import { type metav1, resources } from "../../src/api/mod.ts";
import { Pki } from "../../src/auth/mod.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { openMemoryStore } from "../../src/store/mod.ts";
import { type GroupDiscovery, refusalOf, type Step, walk } from "../support/discovery-walk.ts";
import { allowed, refusals, restrictions } from "./node-answers.ts";

const namespace = "walk";
const objectNames: Readonly<Record<string, string>> = {
  pods: "pod-n2",
  secrets: "secret-n2",
  nodes: "n2",
  namespaces: namespace,
};
const names = { namespace, nameOf: (resource: string) => objectNames[resource] ?? "thing" };
const folder = mkdtempSync(join(tmpdir(), "kubets-walk-"));
const abort = new AbortController();
let pki: Pki;
let controlPlane: ControlPlane;
let steps: readonly Step[];

before(async () => {
  pki = await Pki.open({ directory: folder });
  controlPlane = await ControlPlane.create(
    {
      pki,
      store: openMemoryStore(),
      listen: [{ host: "127.0.0.1", port: 0 }],
      advertise: { host: "127.0.0.1", port: 0 },
      serviceCidr: "10.96.0.0/16",
      podCidr: "10.244.0.0/16",
      legacyApis: false,
      inFabric: false,
      simulated: { count: 0, prefix: "node" },
      withoutControllers: true,
    },
    { log: pino({ enabled: false }), signal: abort.signal },
  );
  await controlPlane.start();
  await furnish();
  steps = [...walk(await discovered(), names), ...paths];
});

after(async () => {
  await controlPlane.stop();
  abort.abort();
  rmSync(folder, { recursive: true });
});

/** Two nodes, and on each of them a pod that uses a Secret. */
async function furnish(): Promise<void> {
  const { client } = controlPlane;
  const place = { namespace };
  await client.resource(resources.namespaces).create({ metadata: { name: namespace }, spec: {} });
  for (const name of ["default", "robot"])
    await client.resource(resources.serviceaccounts).create({ metadata: { name } }, place);
  for (const node of ["n1", "n2"]) {
    await client.resource(resources.nodes).create({ metadata: { name: node }, spec: {} });
    await client.resource(resources.secrets).create({ metadata: { name: `secret-${node}` } }, place);
    const volumes = [{ name: "secret", secret: { secretName: `secret-${node}` } }];
    const spec = { nodeName: node, containers: [{ name: "main", image: "main" }], volumes };
    await client.resource(resources.pods).create({ metadata: { name: `pod-${node}` }, spec }, place);
  }
}

const paths: readonly Step[] = ["/", "/logs/kern.log", "/metrics", "/openapi/v2", "/livez/ping", "/nowhere"].map(
  (path) => ({ method: "GET", path }),
);

async function discovered(): Promise<GroupDiscovery[]> {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const ask = asker({ certificate: await pki.admin() });
  const lists = await Promise.all(["/api", "/apis"].map((path) => ask({ method: "GET", path }, accept)));
  ask.close();
  return lists.flatMap(({ body }) => (body as unknown as { items: GroupDiscovery[] }).items);
}

interface Answer {
  readonly status: number;
  readonly body: metav1.Status;
}

interface Identity {
  readonly certificate?: { readonly certificate: string; readonly key: string };
  readonly token?: string;
}

function asker({ certificate, token }: Identity) {
  const session = http2.connect(`https://127.0.0.1:${controlPlane.port}`, {
    ca: pki.clusterAuthority.certificate,
    ...(certificate && { cert: certificate.certificate, key: certificate.key }),
  });
  const ask = async ({ method, path, body }: Step, accept = "application/json"): Promise<Answer> => {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const stream = session.request({
      ":method": method,
      ":path": path,
      accept,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": type }),
    });
    stream.end(body);
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    const status = Number(headers[":status"]);
    if (status === 200 && path.includes("watch=true")) {
      stream.close();
      return { status, body: {} as metav1.Status };
    }
    const text = Buffer.concat(await stream.toArray()).toString();
    return { status, body: text.startsWith("{") ? JSON.parse(text) : {} };
  };
  return Object.assign(ask, { close: () => session.destroy() });
}

/** Answers what is not as it should be: `expect` gives the message of the 403, or nothing where there must be none. */
async function walkAs(identity: Identity, expect: (step: Step) => string | undefined): Promise<string[]> {
  const ask = asker(identity);
  const wrong: string[] = [];
  const remaining = steps.values();
  const one = async () => {
    for (const step of remaining) {
      const { status, body } = await ask(step);
      const message = expect(step);
      const fits = message === undefined ? status !== 403 : status === 403 && body.message === message;
      if (!fits) wrong.push(`${step.method} ${step.path}: ${status} ${body.message}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  ask.close();
  return wrong;
}

test("the walk goes over hundreds of paths", () => {
  assert.ok(steps.length > 700, `${steps.length} steps`);
});

test("nobody in particular is refused everything", async () => {
  assert.deepEqual(await walkAs({}, (step) => refusalOf("system:anonymous", step)), []);
});

const everybodysReviews = new Set(["selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"]);
const everybodysPaths = new Set(["/openapi/v2"]);

function isForAll({ path, resource }: Step): boolean {
  return resource ? resource.verb === "create" && everybodysReviews.has(resource.resource) : everybodysPaths.has(path);
}

test("a service account without a role may ask what it may do, and nothing else", async () => {
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/robot`;
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const admin = asker({ certificate: await pki.admin() });
  const made = await admin({ method: "POST", path: `${account}/token`, body: JSON.stringify(request) });
  admin.close();
  const { token } = (made.body as unknown as { status: { token: string } }).status;
  const user = `system:serviceaccount:${namespace}:robot`;
  assert.deepEqual(await walkAs({ token }, (step) => (isForAll(step) ? undefined : refusalOf(user, step))), []);
});

/** The row of a table of `node-answers.ts` that fits the request. */
function find(rows: readonly (readonly string[])[], { resource }: Step): readonly string[] | undefined {
  if (!resource) return undefined;
  const { group, resource: plural, namespace: within, verb } = resource;
  const own = rows.filter(([name]) => name === (group ? `${group}/${plural}` : plural));
  const withVerb = (wanted: string) => own.find(([, verbs]) => verbs?.split(" ").includes(wanted));
  return (within ? undefined : withVerb(`${verb}-all`)) ?? withVerb(verb);
}

test("a node's agent is refused what is another node's, and told why", async () => {
  const expect = (step: Step) => {
    if (isForAll(step) || find(allowed, step)) return undefined;
    const restriction = find(restrictions, step);
    if (restriction?.[2]) return restriction[2];
    const reason = find(refusals, step)?.[2];
    return refusalOf("system:node:n1", step) + (reason ? `: ${reason}` : "");
  };
  const certificate = await pki.node("n1", ["127.0.0.1"]);
  assert.deepEqual(await walkAs({ certificate }, expect), []);
});

test("a node's agent reads its own node, its pods and what they name", async () => {
  const ask = asker({ certificate: await pki.node("n1", ["127.0.0.1"]) });
  const own = ["nodes/n1", "namespaces/walk/pods/pod-n1", "namespaces/walk/secrets/secret-n1"];
  for (const path of own) {
    const { status, body } = await ask({ method: "GET", path: `/api/v1/${path}` });
    assert.equal(status, 200, `${path}: ${body.message}`);
  }
  ask.close();
});
