import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { resources, StatusError } from "../../api/mod.ts";
import { MemoryCluster, type Sketch } from "../../auth/testing/memory-cluster.ts";
import { FakeClock } from "../../client/mod.ts";
import { ServedKinds } from "../served-kinds.ts";
import { ask, nobodyMayAnything as authorizer, pod, refusal } from "../testing/ask.ts";
import { LimitRanger } from "./limit-ranger.ts";
import { MutatingAdmissionPolicy } from "./mutating-admission-policy.ts";
import { ResourceQuota } from "./resource-quota.ts";
import { ValidatingAdmissionPolicy } from "./validating-admission-policy.ts";

const apiVersion = "admissionregistration.k8s.io/v1";
const pods = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["pods"] };

function policy(spec: object): Sketch {
  const matchConstraints = { resourceRules: [pods] };
  const kind = "ValidatingAdmissionPolicy";
  return { apiVersion, kind, metadata: { name: "p" }, spec: { failurePolicy: "Fail", matchConstraints, ...spec } };
}

function binding(spec: object = {}): Sketch {
  const kind = "ValidatingAdmissionPolicyBinding";
  return {
    apiVersion,
    kind,
    metadata: { name: "b" },
    spec: { policyName: "p", validationActions: ["Deny"], ...spec },
  };
}

const shop: Sketch = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "till" } } };
const configMap = (name: string, data: object, labels = {}): Sketch => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop", labels },
  data,
});

let cluster: MemoryCluster;
let plugin: ValidatingAdmissionPolicy;

async function given(...sketches: Sketch[]): Promise<void> {
  cluster = new MemoryCluster([shop, ...sketches]);
  const { client, informers } = cluster;
  const context = { client, informers, clock: new FakeClock(0), authorizer };
  const namespaces = { lister: informers.informer(resources.namespaces).lister, client };
  plugin = new ValidatingAdmissionPolicy({
    context,
    namespaces,
    kinds: new ServedKinds(informers),
  });
  await cluster.start();
}

beforeEach(() => given());
afterEach(() => cluster.informers.stop());

const noLatest = { expression: "object.spec.containers.all(c, !c.image.endsWith(':latest'))" };
const latest = { object: pod("one", { containers: [{ name: "c", image: "web:latest" }] }), namespace: "shop" };
const pinned = { object: pod("one", { containers: [{ name: "c", image: "web:1" }] }), namespace: "shop" };

test("a request that a policy objects to is refused in upstream's words", async () => {
  await given(policy({ validations: [noLatest] }), binding());
  await ask(plugin, pinned);
  const problem = await ask(plugin, latest).catch((error: unknown) => error);
  assert.ok(problem instanceof StatusError);
  const told = `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: ${noLatest.expression}`;
  assert.equal(problem.status.message, `pods "one" is forbidden: ${told}`);
  assert.equal(problem.code, 422);
  assert.equal(problem.reason, "Invalid");
  assert.deepEqual(problem.status.details?.causes, [{ message: told }]);
});

test("nothing passes while it is not known which policies, limits and quotas there are", async () => {
  const { client, informers } = new MemoryCluster([shop]);
  const context = { client, informers, clock: new FakeClock(0), authorizer };
  const namespaces = { lister: informers.informer(resources.namespaces).lister, client };
  const early = { context, namespaces, kinds: new ServedKinds(informers) };
  const told = /pods "one" is forbidden: not yet ready to handle request$/;
  const validating = new ValidatingAdmissionPolicy(early);
  const mutating = new MutatingAdmissionPolicy(early);
  const others = [new LimitRanger(context), new ResourceQuota(context)];
  for (const one of [validating, mutating, ...others]) assert.match(await refusal(one, pinned), told);
});

test("a policy without a binding judges nothing", async () => {
  await given(policy({ validations: [noLatest] }));
  await ask(plugin, latest);
});

test("messages are the policy's own, made by an expression or written, with its reason", async () => {
  const messageExpression = "'%d containers'.format([size(object.spec.containers)])";
  const validations = [{ ...noLatest, message: "plain", messageExpression, reason: "Forbidden" }];
  await given(policy({ validations }), binding());
  const problem = (await ask(plugin, latest).catch((error: unknown) => error)) as StatusError;
  assert.match(problem.message, /denied request: 1 containers$/);
  assert.equal(problem.code, 403);
  await cluster.informers.stop();
  await given(policy({ validations: [{ ...noLatest, message: " plain " }] }), binding());
  assert.match(await refusal(plugin, latest), /denied request: plain$/);
});

test("conditions, selectors and names decide which requests are judged", async () => {
  const cases: readonly [object, object][] = [
    [{ matchConditions: [{ name: "not-one", expression: "object.metadata.name != 'one'" }] }, {}],
    [{ matchConstraints: { resourceRules: [pods], namespaceSelector: { matchLabels: { team: "shelf" } } } }, {}],
    [{ matchConstraints: { resourceRules: [pods], excludeResourceRules: [pods] } }, {}],
    [{}, { matchResources: { objectSelector: { matchLabels: { app: "none" } } } }],
    [{}, { matchResources: { resourceRules: [{ ...pods, resourceNames: ["two"] }] } }],
  ];
  for (const [change, bound] of cases) {
    await cluster.informers.stop();
    await given(policy({ validations: [noLatest], ...change }), binding(bound));
    await ask(plugin, latest);
  }
});

test("variables build on one another, and fail where they are used", async () => {
  const variables = [
    { name: "images", expression: "object.spec.containers.map(c, c.image)" },
    { name: "count", expression: "size(variables.images)" },
    { name: "broken", expression: "object.spec.missing" },
  ];
  const validations = [{ expression: "variables.count > 1", messageExpression: "'only %d'.format([variables.count])" }];
  await given(policy({ variables, validations }), binding());
  assert.match(await refusal(plugin, latest), /denied request: only 1$/);
  await cluster.informers.stop();
  await given(policy({ variables, validations: [{ expression: "variables.broken == 1" }] }), binding());
  assert.match(
    await refusal(plugin, latest),
    /expression 'variables.broken == 1' resulted in error: composited variable "broken" fails to evaluate: no such key: missing$/,
  );
});

test("where an expression fails the failure policy decides", async () => {
  const validations = [{ expression: "object.spec.missing == 1" }];
  await given(policy({ validations }), binding());
  assert.match(await refusal(plugin, latest), /resulted in error: no such key: missing$/);
  await cluster.informers.stop();
  await given(policy({ validations, failurePolicy: "Ignore" }), binding());
  await ask(plugin, latest);
});

test("what cannot be told of a request is told as the binding tells what it objects to", async () => {
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  await given(
    policy({ validations: [{ expression: "object.spec.missing == 1" }] }),
    binding({ validationActions: ["Warn"] }),
  );
  await ask(plugin, { ...latest, warn });
  assert.match(warnings[0]!, /: expression 'object.spec.missing == 1' resulted in error: no such key: missing$/);
  await cluster.informers.stop();
  const matchConditions = [{ name: "broken", expression: "object.spec.missing == 1" }];
  await given(policy({ matchConditions, validations: [noLatest] }), binding());
  assert.match(
    await refusal(plugin, pinned),
    /denied request: expression 'object.spec.missing == 1' resulted in error: no such key: missing$/,
  );
});

test("a kind of parameters that is not served is the policy's own failure", async () => {
  const paramKind = { apiVersion: "example.com/v1", kind: "Limit" };
  await given(policy({ paramKind, validations: [noLatest] }), binding());
  const told =
    "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'";
  assert.equal(await refusal(plugin, pinned), `pods "one" is forbidden: ${told}`);
});

test("warnings are told and notes are kept instead of a refusal", async () => {
  await given(
    policy({
      validations: [noLatest],
      auditAnnotations: [{ key: "first", valueExpression: "string(object.metadata.name)" }],
    }),
    binding({ validationActions: ["Warn", "Audit"] }),
  );
  const warnings: string[] = [];
  await ask(plugin, { ...latest, warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, [
    `Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: ${noLatest.expression}`,
  ]);
});

test("an annotation that has no value refuses the request, unless the policy lets failures pass", async () => {
  const auditAnnotations = [{ key: "first", valueExpression: "string(object.spec.missing)" }];
  await given(policy({ auditAnnotations }), binding({ validationActions: ["Warn"] }));
  assert.match(
    await refusal(plugin, pinned),
    /denied request: expression 'string\(object.spec.missing\)' resulted in error: no such key: missing$/,
  );
  await cluster.informers.stop();
  await given(policy({ auditAnnotations, failurePolicy: "Ignore" }), binding());
  await ask(plugin, pinned);
});

const limited = { paramKind: { apiVersion: "v1", kind: "ConfigMap" } };
const atMost = [{ expression: "size(object.spec.containers) <= int(params.data.most)" }];

test("parameters are found by name, in the request's own namespace", async () => {
  const paramRef = { name: "limits", parameterNotFoundAction: "Deny" };
  await given(policy({ ...limited, validations: atMost }), binding({ paramRef }), configMap("limits", { most: "0" }));
  assert.match(await refusal(plugin, pinned), /failed expression: size/);
  cluster.put(configMap("limits", { most: "1" }));
  await ask(plugin, pinned);
});

test("parameters are found by labels, and all of them count", async () => {
  const paramRef = { selector: { matchLabels: { of: "limits" } }, parameterNotFoundAction: "Deny" };
  await given(
    policy({ ...limited, validations: atMost }),
    binding({ paramRef }),
    configMap("one", { most: "5" }, { of: "limits" }),
    configMap("other", { most: "0" }, { of: "limits" }),
    configMap("unrelated", {}),
  );
  assert.match(await refusal(plugin, pinned), /failed expression: size/);
});

test("missing parameters refuse the request or let it pass, as the binding says", async () => {
  const paramRef = { name: "limits", parameterNotFoundAction: "Deny" };
  await given(policy({ ...limited, validations: atMost }), binding({ paramRef }));
  assert.match(
    await refusal(plugin, pinned),
    /failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction$/,
  );
  await cluster.informers.stop();
  const lenient = { ...paramRef, parameterNotFoundAction: "Allow" };
  await given(policy({ ...limited, validations: atMost }), binding({ paramRef: lenient }));
  await ask(plugin, pinned);
});

test("expressions know the request, its namespace, and what its user may do", async () => {
  const facts = [
    "request.userInfo.username == 'jane' && request.operation == 'CREATE' && request.kind.kind == 'Pod'",
    "request.resource.resource == 'pods' && request.namespace == 'shop' && !request.dryRun && oldObject == null",
    "namespaceObject.metadata.labels.team == 'till' && namespaceObject.metadata.name == 'shop'",
    "!authorizer.group('').resource('pods').namespace('shop').check('delete').allowed()",
    "!authorizer.requestResource.check('create').allowed() && params == null",
  ];
  const { [4]: last, ...rest } = facts;
  const validations = Object.values(rest).map((expression) => ({ expression }));
  await given(policy({ validations: [...validations, { expression: last!.split(" && ")[0] }] }), binding());
  await ask(plugin, pinned);
});

test("policies take effect when they are stored and go when they are deleted", async () => {
  await ask(plugin, latest);
  cluster.put(policy({ validations: [noLatest] }));
  cluster.put(binding());
  await new Promise(setImmediate);
  assert.match(await refusal(plugin, latest), /denied request/);
});

test("what declares policies is not judged by policies", async () => {
  const everything = { apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"] };
  await given(
    policy({ matchConstraints: { resourceRules: [everything] }, validations: [{ expression: "false" }] }),
    binding(),
  );
  await ask(plugin, { object: { apiVersion, kind: "ValidatingAdmissionPolicy", metadata: { name: "x" } } });
  assert.match(await refusal(plugin, { object: shop }), /failed expression: false/);
});
