import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { pino } from "pino";
import { type ResourceInfo, resources } from "../../api/mod.ts";
import { type ServerUnderTest, startServer } from "../../apiserver/testing/server-under-test.ts";
import { UnionAuthorizer } from "../../auth/mod.ts";
import { createClient, SharedInformerFactory, systemClock, type Transport } from "../../client/mod.ts";
import { admissionPlugins } from "../plugins.ts";

let api: ServerUnderTest;
let informers: SharedInformerFactory;
const made: { readonly path: string; readonly resource: ResourceInfo<never>; readonly name: string }[] = [];

/** The server's way into itself is known only when there is a server. */
const later: Transport = {
  request: (request) => transport().request(request),
  watch: (request) => transport().watch(request),
  stream: (request) => transport().stream(request),
  close: () => transport().close(),
};
const transport = (): Transport => api.client.transport;

before(async () => {
  const client = createClient(later);
  informers = new SharedInformerFactory(client, { clock: systemClock, log: pino({ enabled: false }) });
  const authorizer = Object.assign(new UnionAuthorizer([]), {});
  const admission = admissionPlugins({ client, informers, clock: systemClock, authorizer });
  api = await startServer({ admission: admission.filter(({ name }) => name.endsWith("AdmissionPolicy")) });
  informers.start();
  await informers.waitForSync();
  await api.ask("POST", "/api/v1/namespaces", { body: { metadata: { name: "shop" } } });
});

after(async () => {
  await informers.stop();
  await api.stop();
});

afterEach(async () => {
  for (const { path } of made) await api.ask("DELETE", path);
  for (const { resource, name } of made.splice(0)) await until(() => !known(resource, name));
});

function known(resource: ResourceInfo<never>, name: string): boolean {
  return informers.informer(resource).lister.get(name) !== undefined;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

async function put(resource: ResourceInfo<never>, name: string, spec: object): Promise<void> {
  const path = `/apis/${resource.apiVersion}/${resource.resource}`;
  const answer = await api.ask("POST", path, { body: { metadata: { name }, spec } });
  assert.equal(answer.status, 201, answer.text);
  made.push({ path: `${path}/${name}`, resource, name });
  await until(() => known(resource, name));
}

const rule = { apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"] };
const matchConstraints = { resourceRules: [{ ...rule, resources: ["configmaps", "deployments"] }] };

async function policy(name: string, spec: object): Promise<void> {
  const whole = { reinvocationPolicy: "Never", matchConstraints, ...spec };
  await put(resources.mutatingadmissionpolicies as ResourceInfo<never>, name, whole);
  await put(resources.mutatingadmissionpolicybindings as ResourceInfo<never>, name, { policyName: name });
}

const apply = (expression: string) => ({ patchType: "ApplyConfiguration", applyConfiguration: { expression } });
const patch = (expression: string) => ({ patchType: "JSONPatch", jsonPatch: { expression } });

interface Answer {
  readonly status: number;
  readonly object: { readonly data: Readonly<Record<string, string>>; readonly message: string; readonly spec: never };
}

async function ask(path: string, body: object): Promise<Answer> {
  const { status, text } = await api.ask("POST", `${path}?dryRun=All`, { body });
  return { status, object: JSON.parse(text) };
}

const map = (data: object = { a: "1" }) =>
  ask("/api/v1/namespaces/shop/configmaps", { metadata: { name: "one", labels: { app: "x" } }, data });

const deployment = () =>
  ask("/apis/apps/v1/namespaces/shop/deployments", {
    metadata: { name: "one" },
    spec: {
      selector: { matchLabels: { a: "b" } },
      template: {
        metadata: { labels: { a: "b" } },
        spec: { containers: [{ name: "c", image: "x", args: ["a"] }] },
      },
    },
  });

test("a part of an object is laid over it, each mutation on what the one before has made", async () => {
  const mutations = [
    apply("Object{data: {'s': '1'}}"),
    apply("Object{data: {'s': object.data.s + variables.two}}"),
    patch("[JSONPatch{op: 'add', path: '/data/t', value: object.data.s + '3'}]"),
  ];
  await policy("p", { variables: [{ name: "two", expression: "'2'" }], mutations });
  assert.deepEqual((await map()).object.data, { a: "1", s: "12", t: "123" });
});

test("items of lists are found by their keys, and what is new has its defaults", async () => {
  const containers = "Object.spec.template.spec.containers";
  const list = `[${containers}{name: 'c', image: 'y'}, ${containers}{name: 'new', image: 'z'}]`;
  const pod = `Object.spec.template{spec: Object.spec.template.spec{containers: ${list}}}`;
  await policy("p", { mutations: [apply(`Object{spec: Object.spec{template: ${pod}}}`)] });
  const { object } = await deployment();
  const { template } = object.spec as { template: { spec: { containers: Record<string, unknown>[] } } };
  assert.deepEqual(
    template.spec.containers.map(({ name, image, args, imagePullPolicy }) => ({ name, image, args, imagePullPolicy })),
    [
      { name: "c", image: "y", args: ["a"], imagePullPolicy: "Always" },
      { name: "new", image: "z", args: undefined, imagePullPolicy: "Always" },
    ],
  );
});

async function refusal(mutation: object, asked = map): Promise<string> {
  await policy("p", { mutations: [mutation] });
  const { status, object } = await asked();
  assert.equal(status, 403, object.message);
  return object.message;
}

const denied = "policy 'p' with binding 'p' denied request: ";

test("what is only taken whole is not replaced by a part", async () => {
  const message = await refusal(apply("Object{spec: Object.spec{selector: Object.spec.selector{}}}"), deployment);
  assert.equal(
    message,
    `${denied}error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector`,
  );
});

test("parts must have the kind's shape", async () => {
  const unknown =
    "error applying patch: failed to convert patch object to typed object: .foo: field not declared in schema";
  assert.equal(await refusal(apply("Object{foo: 1}")), `${denied}${unknown}`);
});

test("the type of a part names its place", async () => {
  const told = `type mismatch: unexpected type name "Object.foo", expected "Object.data", which matches field name path from root Object type`;
  assert.equal(await refusal(apply("Object{data: Object.foo{a: 'x'}}")), `${denied}${told}`);
});

test("a patch that does not fit is refused", async () => {
  assert.equal(
    await refusal(patch("[JSONPatch{op: 'remove', path: '/data/z'}]")),
    `${denied}JSON Patch: error in remove for path: '/data/z': Unable to remove nonexistent key: z: missing value`,
  );
});

test("a failed test of a patch leaves the object as it was", async () => {
  const operations =
    "[JSONPatch{op: 'add', path: '/data/n', value: 'x'}, JSONPatch{op: 'test', path: '/data/a', value: 'other'}]";
  await policy("p", { mutations: [patch(operations)] });
  assert.deepEqual((await map()).object.data, { a: "1" });
});

test("an expression that fails is the failure policy's matter", async () => {
  const mutations = [apply("Object{data: {'a': string(object.data.nope)}}")];
  await policy("p", { failurePolicy: "Ignore", mutations });
  assert.deepEqual((await map()).object.data, { a: "1" });
  await policy("q", { mutations });
  const { object } = await map();
  assert.match(
    object.message,
    /^policy 'q' with binding 'q' denied request: expression .* resulted in error: no such key: nope$/,
  );
});

test("policies that ask for it see once more what others have changed since", async () => {
  const again = { reinvocationPolicy: "IfNeeded" };
  await policy("a", {
    ...again,
    mutations: [apply("Object{data: {'a': object.data.a + 'A', 'seen': string(has(object.data.b))}}")],
  });
  await policy("b", { mutations: [apply("Object{data: {'b': (has(object.data.b) ? object.data.b : '') + 'B'}}")] });
  assert.deepEqual((await map()).object.data, { a: "1AA", seen: "true", b: "B" });
});

test("conditions are asked of the object as it is by then", async () => {
  await policy("a", { mutations: [apply("Object{data: {'a': '2'}}")] });
  const matchConditions = [{ name: "changed", expression: "object.data.a == '2'" }];
  await policy("b", { matchConditions, mutations: [apply("Object{data: {'b': 'yes'}}")] });
  assert.deepEqual((await map()).object.data, { a: "2", b: "yes" });
});

test("what is asked for in one form meets policies about another, which see it in theirs", async () => {
  const events = { ...rule, apiGroups: [""], apiVersions: ["v1"], resources: ["events"] };
  const messageExpression = "'saw ' + string(object.apiVersion) + ' for ' + request.requestKind.group";
  const spec = {
    validations: [{ expression: "false", messageExpression }],
    matchConstraints: { resourceRules: [events] },
  };
  const binding = { policyName: "p", validationActions: ["Deny"] };
  await put(resources.validatingadmissionpolicies as ResourceInfo<never>, "p", spec);
  await put(resources.validatingadmissionpolicybindings as ResourceInfo<never>, "p", binding);
  const { object } = await ask("/apis/events.k8s.io/v1/namespaces/shop/events", {
    metadata: { name: "e" },
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "a.b/c",
    reportingInstance: "i",
    action: "x",
    reason: "r",
    type: "Normal",
    regarding: { namespace: "shop" },
  });
  assert.match(object.message, /^events.events.k8s.io "e" is forbidden: .* denied request: saw v1 for events.k8s.io$/);
});
