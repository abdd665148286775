import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PathRoutes } from "../request/path-routes.ts";
import { requestInfo } from "../request/request-info.ts";
import { type ServerUnderTest, startServer } from "../testing/server-under-test.ts";
import { addHealthRoutes, type HealthCheck } from "./health.ts";

let server: ServerUnderTest;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

async function ask(checks: readonly HealthCheck[], path: string, query = "") {
  const paths = new PathRoutes();
  const seen: string[] = [];
  addHealthRoutes(paths, checks, (endpoint, name, healthy) => seen.push(`${endpoint} ${name} ${healthy}`));
  const answer = await paths.find(path)!({ info: requestInfo("GET", path, new URLSearchParams(query)), headers: {} });
  return { status: answer!.status, text: Buffer.from(answer!.body).toString(), seen };
}

const ping: HealthCheck = { name: "ping", check: () => undefined };
const broken: HealthCheck = { name: "etcd", check: () => "the disk is gone" };
const thrown: HealthCheck = { name: "late", check: () => Promise.reject(new Error("no")), only: ["readyz"] };

test("all is well: one word, and with verbose a line for each check", async () => {
  assert.deepEqual(await ask([ping], "/livez"), { status: 200, text: "ok", seen: ["livez ping true"] });
  assert.equal((await ask([ping], "/readyz", "verbose")).text, "[+]ping ok\nreadyz check passed\n");
});

test("a failed check fails its endpoint and does not tell everybody why", async () => {
  const { status, text } = await ask([ping, broken, thrown], "/readyz");
  assert.equal(status, 500);
  assert.equal(
    text,
    "[+]ping ok\n[-]etcd failed: reason withheld\n[-]late failed: reason withheld\nreadyz check failed\n",
  );
  assert.equal((await ask([ping, thrown], "/livez")).status, 200);
});

test("a check is a path of its own, which says what is wrong", async () => {
  assert.deepEqual(await ask([broken], "/livez/etcd"), {
    status: 500,
    text: "internal server error: the disk is gone\n",
    seen: [],
  });
  assert.equal((await ask([ping], "/livez/ping", "verbose")).text, "ok");
  assert.equal((await ask([ping], "/livez/nobody")).status, 404);
});

test("checks can be left out, and a name that is none is mentioned", async () => {
  const { status, text } = await ask([ping, broken], "/healthz", "verbose&exclude=etcd&exclude=foo");
  assert.equal(status, 200);
  const warning = 'warn: some health checks cannot be excluded: no matches for "foo"';
  assert.equal(text, `[+]ping ok\n[+]etcd excluded: ok\n${warning}\nhealthz check passed\n`);
});

test("the server has upstream's checks by their names", async () => {
  const { text } = await server.ask("GET", "/readyz?verbose");
  for (const name of ["ping", "log", "etcd", "etcd-readiness", "informer-sync", "shutdown"])
    assert.match(text, new RegExp(`^\\[\\+\\]${name} ok$`, "m"));
  assert.doesNotMatch((await server.ask("GET", "/livez?verbose")).text, /\]informer-sync |shutdown/);
  const { text: slis } = await server.ask("GET", "/metrics/slis");
  assert.match(slis, /^kubernetes_healthcheck\{type="readyz",name="etcd"\} 1$/m);
});

test("flags and status are text for people, objects for who names kind and version, and nothing else", async () => {
  const { text, headers } = await server.ask("GET", "/statusz");
  assert.match(String(headers["content-type"]), /^text\/plain/);
  assert.match(text, /^\napiserver statusz\nWarning: .*\n\nStarted: {2}\w+ \w+ [ \d]\d [\d:]+ UTC \d+\nUp: {2}\d+ hr/);
  const accept = (kind: string, version: string) => `application/json;as=${kind};v=${version};g=config.k8s.io`;
  const status = await server.ask("GET", "/statusz", { accept: accept("Statusz", "v1beta1") });
  assert.equal(status.body.apiVersion, "config.k8s.io/v1beta1");
  assert.equal(status.headers["content-type"], "application/json;g=config.k8s.io;v=v1beta1;as=Statusz");
  const flags = await server.ask("GET", "/flagz", { accept: accept("Flagz", "v1alpha1") });
  assert.match(String(flags.headers["warning"]), /^299 - "This version of the flagz endpoint is deprecated/);
  assert.equal(status.headers["warning"], undefined);
  assert.equal((await server.ask("GET", "/configz")).status, 404);
  assert.equal(flags.body.flags["service-node-port-range"], "30000-32767");
  assert.equal((await server.ask("GET", "/flagz", { accept: "application/json" })).status, 406);
  assert.equal((await server.ask("GET", "/flagz", { accept: accept("Flagz", "v9") })).status, 406);
});
