import assert from "node:assert/strict";
import { test } from "node:test";
import type { StatusError } from "../../../api/mod.ts";
import type { AuthorizationAttributes, User } from "../../../auth/mod.ts";
import { parseRequest } from "../request-info.ts";
import { asksForImpersonation, Impersonation } from "./impersonation.ts";

const jane: User = { name: "jane", groups: ["system:authenticated"] };
const agent: User = {
  name: "system:serviceaccount:default:agent",
  groups: ["system:serviceaccounts"],
  extra: { "authentication.kubernetes.io/node-name": ["n1"] },
};
const list = parseRequest("GET", "/api/v1/namespaces/default/configmaps");

function question({ verb, resource, path }: AuthorizationAttributes): string {
  if (!resource) return `${verb} ${path}`;
  const { group, resource: plural, subresource, namespace, name } = resource;
  const full = `${plural}${subresource ? `/${subresource}` : ""}${group && `.${group}`}`;
  return [verb, full, namespace, name].filter(Boolean).join(" ");
}

/** Allows the questions given; `*` allows all. */
function allowing(...questions: string[]): Impersonation {
  return new Impersonation({
    authorize: (attributes) => ({
      decision: questions.includes("*") || questions.includes(question(attributes)) ? "allow" : "no-opinion",
    }),
  });
}

async function refusal(impersonation: Impersonation, headers: string[], user = jane): Promise<string> {
  const error = await impersonation.check(user, list, headers).then(
    () => assert.fail("was allowed"),
    (thrown: StatusError) => thrown,
  );
  return `${error.code} ${error.message}`;
}

const tail = 'in API group "" in the namespace "default"';

test("a request without impersonation headers goes on as it is", async () => {
  assert.equal(await allowing().check(jane, list, ["Accept", "*/*"]), undefined);
  assert.equal(await allowing().check(jane, list, ["Impersonate-User", ""]), undefined);
  assert.equal(asksForImpersonation(["Accept", "impersonate-user", "Accept-Encoding", "gzip"]), false);
  assert.equal(asksForImpersonation(["Accept", "*/*", "Impersonate-Extra-A", "b"]), true);
});

test("parts of a user without its name are a bad request", async () => {
  const nothing = 'UID:"", Groups:[]string(nil)';
  const parts: [string[], string][] = [
    [["Impersonate-Group", "g"], 'Name:"", UID:"", Groups:[]string{"g"}, Extra:map[string][]string(nil)'],
    [["Impersonate-Uid", "u"], 'Name:"", UID:"u", Groups:[]string(nil), Extra:map[string][]string(nil)'],
    [["Impersonate-Extra-A", "v"], `Name:"", ${nothing}, Extra:map[string][]string{"a":[]string{"v"}}`],
  ];
  for (const [headers, shown] of parts)
    assert.equal(
      await refusal(allowing(), headers),
      `400 requested &user.DefaultInfo{${shown}} without impersonating a user name`,
    );
});

test("who may do nothing hears which constrained way was tried first", async () => {
  const ways: [string, string][] = [
    ["bob", "user-info"],
    ["system:serviceaccount:ns:sa", "serviceaccount"],
    ["system:serviceaccount:ns", "user-info"],
    ["system:node:n1", "arbitrary-node"],
  ];
  for (const [name, way] of ways)
    assert.equal(
      await refusal(allowing(), ["Impersonate-User", name]),
      `403 configmaps is forbidden: User "jane" cannot impersonate-on:${way}:list resource "configmaps" ${tail}`,
    );
  assert.match(
    await refusal(allowing(), ["Impersonate-User", "system:node:n1"], agent),
    /impersonate-on:associated-node:list/,
  );
});

test("the right to act as a user is bound to what is done as that user", async () => {
  const impersonation = allowing(
    "impersonate-on:user-info:list configmaps default",
    "impersonate:user-info users.authentication.k8s.io bob",
    "impersonate:user-info groups.authentication.k8s.io g",
  );
  const headers = ["Impersonate-User", "bob", "Impersonate-Group", "g"];
  assert.deepEqual(await impersonation.check(jane, list, headers), {
    user: { name: "bob", groups: ["g", "system:authenticated"] },
    constraint: "impersonate:user-info",
  });
  const pods = parseRequest("GET", "/api/v1/pods");
  await assert.rejects(
    impersonation.check(jane, pods, headers),
    /cannot impersonate-on:user-info:list resource "pods"/,
  );
});

test("constrained ways give nobody the masters' group or keys without a domain", async () => {
  const onlyConstrained = new Impersonation({
    authorize: ({ verb }) => ({ decision: verb === "impersonate" ? "no-opinion" : "allow" }),
  });
  const place = 'in API group "authentication.k8s.io" at the cluster scope';
  assert.equal(
    await refusal(onlyConstrained, ["Impersonate-User", "bob", "Impersonate-Group", "system:masters"]),
    `403 groups.authentication.k8s.io "system:masters" is forbidden: User "jane" cannot impersonate:user-info resource "groups" ${place}: impersonating the system:masters group is not allowed`,
  );
  assert.equal(
    await refusal(onlyConstrained, ["Impersonate-User", "bob", "Impersonate-Extra-Foo", "v"]),
    `403 userextras.authentication.k8s.io is forbidden: User "jane" cannot impersonate:user-info resource "userextras" ${place}: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")`,
  );
});

test("the verb impersonate still lets act as anybody, and is told of once it has worked", async () => {
  const impersonation = allowing("impersonate users bob");
  const answer = await impersonation.check(jane, list, ["Impersonate-User", "bob"]);
  assert.deepEqual(answer, { user: { name: "bob", groups: ["system:authenticated"] } });
  const account = ["Impersonate-User", "system:serviceaccount:ns:sa"];
  assert.equal(
    await refusal(impersonation, account),
    '403 serviceaccounts "sa" is forbidden: User "jane" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "ns"',
  );
});

test("values keep their commas, and names bring their groups", async () => {
  const become = async (...headers: string[]) => (await allowing("*").check(jane, list, headers))?.user;
  assert.deepEqual(await become("Impersonate-User", "system:serviceaccount:ns:sa"), {
    name: "system:serviceaccount:ns:sa",
    groups: ["system:serviceaccounts", "system:serviceaccounts:ns", "system:authenticated"],
  });
  assert.deepEqual(await become("Impersonate-User", "system:node:n1"), {
    name: "system:node:n1",
    groups: ["system:nodes", "system:authenticated"],
  });
  assert.deepEqual(await become("Impersonate-User", "system:anonymous", "Impersonate-Group", "g"), {
    name: "system:anonymous",
    groups: ["g", "system:unauthenticated"],
  });
  const extra = ["Impersonate-Extra-Acme.com%2ffoo", "a, b", "impersonate-extra-acme.com%2Ffoo", "c"];
  assert.deepEqual(
    await become("Impersonate-User", "bob", "Impersonate-Uid", "u1", "Impersonate-Uid", "u2", ...extra),
    {
      name: "bob",
      uid: "u1",
      groups: ["system:authenticated"],
      extra: { "acme.com/foo": ["a, b", "c"] },
    },
  );
});

test("names are UTF-8, whatever HTTP makes of their bytes", async () => {
  const onTheWire = (text: string) => Buffer.from(text, "utf8").toString("latin1");
  const headers = ["Impersonate-User", onTheWire("Jürgen"), "Impersonate-Group", onTheWire("研究")];
  const answer = await allowing("impersonate users Jürgen", "impersonate groups 研究").check(jane, list, headers);
  assert.deepEqual(answer?.user, { name: "Jürgen", groups: ["研究", "system:authenticated"] });
});
