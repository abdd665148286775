/** kubectl's verbs of the command, against a cluster in this process: what they print is what kubectl prints. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { dialRemoteCommand, exitCodeOf, loadKubeconfig } from "../../src/client/mod.ts";
import { Cluster } from "../../src/cluster/mod.ts";
import { repository, tryKubets } from "../support/command.ts";

const manifest = (replicas: number, image: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "${image}"}]}
`;

suite("kubectl's verbs", { timeout: 120_000 }, () => {
  let cluster: Cluster;
  let folder = "";

  before(async () => {
    cluster = await Cluster.start({ nodes: 1 });
    folder = mkdtempSync(join(tmpdir(), "kubets-verbs-"));
    writeFileSync(join(folder, "kubeconfig"), cluster.kubeconfig, { mode: 0o600 });
  });
  after(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (words: string, input?: string) =>
    tryKubets(words.split(" "), {
      environment: { KUBECONFIG: join(folder, "kubeconfig") },
      ...(input === undefined ? {} : { input }),
    });

  /** Standard output of what must succeed. */
  async function print(words: string, input?: string): Promise<string> {
    const { status, stdout, stderr } = await run(words, input);
    assert.equal(status, 0, stderr);
    return stdout;
  }

  test("version tells of the client where there is no server, and fails", async () => {
    const environment = { KUBECONFIG: join(folder, "none") };
    const { status, stdout, stderr } = await tryKubets(["version"], { environment });
    assert.deepEqual([status, stdout.split(":")[0]], [1, "Client Version"]);
    assert.match(stderr, /^error: /);
    assert.equal((await tryKubets(["version", "--client"], { environment })).status, 0);
    assert.match(await print("version"), /^Client Version: v.*\nServer Version: v.*\n$/);
  });

  test("a flag that takes a whole number refuses nothing at all, which would be a zero, and what is no number", async () => {
    const flags = [
      ["scale deployment/web", "replicas"],
      ["scale deployment/web --replicas=1", "current-replicas"],
      ["delete deployment/web", "grace-period"],
      ["logs deployment/web", "tail"],
      ["logs deployment/web", "limit-bytes"],
      ["get deployments", "chunk-size"],
      ["rollout undo deployment/web", "to-revision"],
      ["rollout history deployment/web", "revision"],
    ];
    for (const [words, flag] of flags)
      for (const value of ["", "1.5", "many"]) {
        const { status, stderr } = await run(`${words} --${flag}=${value}`);
        assert.match(stderr, new RegExp(`^error: option '--${flag} <\\w+>' argument '${value}' is invalid`));
        assert.equal(status, 1);
      }
  });

  test("apply makes, leaves alone, and changes; what others set stays", async () => {
    assert.equal(await print("apply -f -", manifest(2, "web:1")), "deployment.apps/web created\n");
    assert.equal(await print("apply -f -", manifest(2, "web:1")), "deployment.apps/web unchanged\n");
    assert.equal(await print("scale deployment/web --replicas=3"), "deployment.apps/web scaled\n");
    const withoutReplicas = manifest(2, "web:2").replace("  replicas: 2\n", "");
    assert.equal(await print("apply -f -", withoutReplicas), "deployment.apps/web configured\n");
    assert.equal(
      await print("apply --server-side --force-conflicts -f -", manifest(2, "web:2")),
      "deployment.apps/web serverside-applied\n",
    );
    assert.match(await print("rollout status deployment/web"), /deployment "web" successfully rolled out\n$/);
  });

  test("get prints tables, names, JSONPath and columns", async () => {
    assert.match(
      await print("-n default get deploy web -L app"),
      /^NAME {3}READY {3}UP-TO-DATE {3}AVAILABLE {3}AGE {3}APP\nweb {4}2\/2 {5}2 {12}2 {11}\d+s {3,4}web\n$/,
    );
    assert.equal(await print("get deploy,svc -o name"), "deployment.apps/web\nservice/kubernetes\n");
    assert.equal(await print("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}"), "web:2");
    assert.equal(
      await print("get deploy -o=custom-columns=N:.metadata.name,R:.spec.replicas,X:.spec.nothing"),
      "N     R     X\nweb   2     <none>\n",
    );
  });

  test("rollout shows revisions and goes back", async () => {
    assert.equal(await print("rollout status deploy"), 'deployment "web" successfully rolled out\n');
    assert.equal((await run("rollout restart sts")).stderr, "No resources found in default namespace.\n");
    assert.equal(
      await print("rollout history deploy/web"),
      "deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n",
    );
    assert.equal(await print("rollout undo deploy/web"), "deployment.apps/web rolled back\n");
    assert.equal(await print("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}"), "web:1");
  });

  test("refusals are in kubectl's words", async () => {
    const refusal = async (words: string, input?: string) => {
      const { status, stderr } = await run(words, input);
      assert.equal(status, 1);
      return stderr;
    };
    assert.equal(await refusal("get pod none"), 'Error from server (NotFound): pods "none" not found\n');
    assert.equal(await refusal("get pod none --watch"), 'Error from server (NotFound): pods "none" not found\n');
    assert.equal(await refusal("rollout status"), "error: required resource not specified\n");
    assert.equal(await refusal("get nothing"), `error: the server doesn't have a resource type "nothing"\n`);
    assert.equal(
      await refusal("create -f -", manifest(2, "web:1")),
      'Error from server (AlreadyExists): error when creating "STDIN": deployments.apps "web" already exists\n',
    );
    assert.equal(
      await refusal("apply -f -", manifest(-1, "web:1")),
      'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n',
    );
    assert.match(await refusal("-n team wait pod/web"), /^error: unknown command 'wait'\n.*\nhint: kubectl wait works/);
    assert.doesNotMatch(await refusal("rollout wait"), /hint/);
    assert.equal(
      await refusal("get --raw /nothing"),
      "Error from server (NotFound): the server could not find the requested resource\n",
    );
  });

  test("what is not there keeps nothing else from being shown", async () => {
    for (const words of ["get deploy none web -o name", "get deploy web none -o name"])
      assert.deepEqual(await run(words), {
        status: 1,
        stdout: "deployment.apps/web\n",
        stderr: 'Error from server (NotFound): deployments.apps "none" not found\n',
      });
    const table = await run("get deploy/web pod/none svc/none --no-headers");
    assert.deepEqual([table.status, table.stdout.split(" ")[0]], [1, "deployment.apps/web"]);
    assert.deepEqual(table.stderr.split("\n").length, 3);
    const yaml = await run("get deploy none -o yaml");
    assert.deepEqual([yaml.status, yaml.stdout], [1, ""]);
  });

  test("an object is described by the beginning of its name", async () => {
    const whole = await print("describe deploy web");
    assert.match(whole, /^Name: {19}web\nNamespace: {14}default\n/);
    assert.match(await print("describe deploy we"), /^Name: {19}web\n/);
    assert.equal((await run("describe deploy web none")).stdout.split("\n")[0], whole.split("\n")[0]);
    const none = await run("describe deploy none");
    assert.deepEqual(
      [none.status, none.stdout, none.stderr],
      [1, "", 'Error from server (NotFound): deployments.apps "none" not found\n'],
    );
  });

  test("a rollout that is paused already is refused", async () => {
    assert.equal(await print("rollout pause deploy/web"), "deployment.apps/web paused\n");
    assert.equal((await run("rollout pause deploy/web")).stderr, 'error: deployments.apps "web" is already paused\n');
    assert.equal(await print("rollout resume deploy/web"), "deployment.apps/web resumed\n");
    assert.equal((await run("rollout resume deploy/web")).stderr, 'error: deployments.apps "web" is not paused\n');
  });

  test("a rollout of what has none is refused, as is a restart in the second of another", async () => {
    const refusals = [
      ["history", 'no history viewer has been implemented for "Service"'],
      ["undo", 'no rollbacker has been implemented for "Service"'],
      ["restart", 'services "kubernetes" restarting is not supported'],
      ["pause", 'services "kubernetes" pausing is not supported'],
    ];
    for (const [verb, refusal] of refusals)
      assert.deepEqual(await run(`rollout ${verb} svc/kubernetes`), {
        status: 1,
        stdout: "",
        stderr: `error: ${refusal}\n`,
      });
    assert.equal(await print("rollout restart deploy -l app=web"), "deployment.apps/web restarted\n");
    assert.match((await run("rollout restart deploy -l app=none")).stderr, /^No resources found in default namespace/);
    // Of three at once no second begins between each and the next.
    const again = await run("rollout restart deploy/web deploy/web deploy/web");
    assert.match(again.stderr, /^error: failed to create patch for web: if restart has already been triggered within/);
  });

  test("a secret is described without its values", async () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: {name: door, labels: {app: web}, annotations: {note: hi}}
stringData: {password: correcthorse1, Zed: "", letter: ä}
`;
    await print("apply -f -", secret);
    assert.equal(
      await print("describe secret door"),
      `Name:         door
Namespace:    default
Labels:       app=web
Annotations:  note: hi

Type:  Opaque

Data
====
Zed:       0 bytes
letter:    2 bytes
password:  13 bytes
`,
    );
  });

  test("a kind that has no description of its own is described by its fields, in order", async () => {
    const event = {
      ...{ apiVersion: "v1", kind: "Event", metadata: { name: "plain", labels: { app: "web" } }, eventTime: null },
      involvedObject: { kind: "Pod", name: "web-1", namespace: "default", uid: "one", apiVersion: "v1" },
      ...{ type: "Normal", reason: "Tried", message: "hi", source: { component: "test" } },
      ...{ firstTimestamp: "2026-01-02T03:04:05Z", lastTimestamp: "2026-01-02T03:04:05Z" },
    };
    await print("create -f -", JSON.stringify(event));
    const described = await print("describe event plain");
    const keys = described.split("\n").map((line) => /^ *[^:]*/.exec(line)![0]);
    assert.deepEqual(keys, [
      ...["Name", "Namespace", "Labels", "Annotations", "API Version", "Event Time", "First Timestamp"],
      ...["Involved Object", "  API Version", "  Kind", "  Name", "  Namespace", "  UID", "Kind", "Last Timestamp"],
      ...["Message", "Metadata", "  Creation Timestamp", "  Resource Version", "  UID", "Reason"],
      ...["Reporting Component", "Reporting Instance", "Source", "  Component", "Type", "Events", ""],
    ]);
    assert.match(described, /^Event Time: +<nil>$/m);
  });

  test("the events of an object are its own, and say of which container they are", async () => {
    const uid = await print("get deploy web -o jsonpath={.metadata.uid}");
    const event = (reason: string, of: string) => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `web.${reason.toLowerCase()}` },
      involvedObject: {
        ...{ kind: "Deployment", name: "web", namespace: "default", uid: of },
        fieldPath: "spec.containers{web}",
      },
      ...{ type: "Normal", reason, message: "Tried it\n", source: { component: "test" } },
    });
    await print("create -f -", JSON.stringify(event("Tried", uid)));
    await print("create -f -", JSON.stringify(event("Before", "one-deleted-since")));
    const described = await print("describe deploy web");
    assert.match(described, / {2}Tried .* spec\.containers\{web\}: Tried it\n/);
    assert.doesNotMatch(described, /Before/);
  });

  test("empty manifests are refused in the verb's name", async () => {
    for (const verb of ["apply", "create"])
      assert.equal((await run(`${verb} -f -`, "# nothing\n")).stderr, `error: no objects passed to ${verb}\n`);
    assert.equal(await print("delete -f -", "# nothing\n"), "No resources found\n");
  });

  test("several objects that were written are one text: apply's a list, create's documents", async () => {
    const maps = ["one", "two"].map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`);
    const words = "--dry-run=server -f - -o";
    const list = JSON.parse(await print(`apply ${words} json`, maps.join("---\n")));
    assert.deepEqual([list.kind, list.items.length, list.items[1].metadata.name], ["List", 2, "two"]);
    const documents = (await print(`create ${words} yaml`, maps.join("---\n"))).split("---\n");
    assert.deepEqual(
      documents.map((document) => /^ {2}name: (\w+)$/m.exec(document)?.[1]),
      ["one", "two"],
    );
    assert.doesNotMatch(documents[0]!, /managedFields/);
    for (const verb of ["apply", "create"]) {
      const path = await print(
        `${verb} ${words} jsonpath={.metadata.name}{.items[*].metadata.name};`,
        maps.join("---\n"),
      );
      assert.equal(path, verb === "apply" ? "one two;" : "one;two;");
      const { status, stdout, stderr } = await run(`${verb} -f - -o wide`, maps[0]);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /^error: unable to match a printer suitable for the output format "wide"/);
    }
    assert.equal((await run("get cm one")).status, 1);
    const alone = JSON.parse(await print("create --dry-run=client -f - -o json", maps[0]!));
    assert.deepEqual([alone.kind, alone.metadata], ["ConfigMap", { name: "one", namespace: "default" }]);
  });

  test("api-resources shows what is in a namespace, or what is not, and what it and version cannot print they refuse", async () => {
    assert.deepEqual(
      await Promise.all(
        ["", "=T", "=false"].map((value) =>
          print(`api-resources --namespaced${value} --api-group=events.k8s.io --no-headers -o name`),
        ),
      ),
      ["events.events.k8s.io\n", "events.events.k8s.io\n", ""],
    );
    const refusals = [
      ["api-resources -o json", "--output json is not available"],
      ["api-resources --sort-by=group", "--sort-by accepts only name or kind"],
      ["version -o name", "--output must be 'yaml' or 'json'"],
    ];
    for (const [words, refusal] of refusals)
      assert.deepEqual(await run(words!), { status: 1, stdout: "", stderr: `error: ${refusal}\n` });
  });

  test("an interrupt ends what waits, as it ends kubectl: not as a success", async () => {
    const metadata = { name: "held", finalizers: ["example.com/held"] };
    await print("create -f -", JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata }));
    const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
    for (const words of ["delete configmap held", "get configmaps -w"]) {
      const child = spawn(join(repository, "bin/kubets"), words.split(" "), {
        env: { ...environment, KUBECONFIG: join(folder, "kubeconfig") },
        stdio: ["ignore", "pipe", "ignore"],
      });
      child.stdout.once("data", () => child.kill("SIGINT"));
      const [, signal] = await once(child, "close");
      assert.equal(signal, "SIGINT", words);
    }
  });

  test("exec names the containers that there are", async () => {
    const { stderr } = await run("exec deploy/web -c none -- ls");
    assert.match(stderr, /^error: container none is not valid for pod web-\w+-\w+ out of: web\n$/);
  });

  test("a log is asked for since a time, in bytes, and with its pod before each line", async () => {
    const command = ["sh", "-c", "echo one; echo two; sleep 3600"];
    const containers = [{ name: "main", image: "any", command }];
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "said", labels: { says: "much" } },
      spec: { containers },
    };
    await print("create -f -", JSON.stringify(pod));
    while ((await print("get pod said -o jsonpath={.status.phase}")) !== "Running");
    assert.equal(await print("logs said --since-time=2020-01-01T00:00:00+01:00"), "one\ntwo\n");
    assert.equal(await print("logs said --since-time=2520-01-01T00:00:00.5Z"), "");
    assert.equal(await print("logs said --since=0 --since-time="), "one\ntwo\n");
    assert.equal(await print("logs said --limit-bytes=5"), "one\nt");
    assert.equal(await print("logs -l says=much --prefix"), "[pod/said/main] one\n[pod/said/main] two\n");
    assert.equal((await run("logs -l says=nothing")).stderr, "No resources found in default namespace.\n");
    await print("delete pod said --now");
  });

  test("what a log cannot be asked for is refused in kubectl's words", async () => {
    const refusals = [
      ["web --since=", 'invalid argument "" for "--since" flag: time: invalid duration ""'],
      ["web --since=5", 'invalid argument "5" for "--since" flag: time: missing unit in duration "5"'],
      ["web --since=1d", 'invalid argument "1d" for "--since" flag: time: unknown unit "d" in duration "1d"'],
      ["web --since=-5s", "--since must be greater than 0"],
      ["web --since-time=2020", 'parsing time "2020" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "-"'],
      [
        "web --since=1h --since-time=2020-01-01T00:00:00Z",
        "at most one of `sinceTime` or `sinceSeconds` may be specified",
      ],
      ["web --tail=-2", "--tail must be greater than or equal to -1"],
      ["web --limit-bytes=-2", "--limit-bytes must be greater than 0"],
      ["web -l app=web", "only a selector (-l) or a POD name is allowed"],
    ];
    for (const [words, refusal] of refusals)
      assert.deepEqual(await run(`logs ${words}`), { status: 1, stdout: "", stderr: `error: ${refusal}\n` });
  });

  test("an attach to a simulated pod fails in a kubelet's words, not as a command of no words that was not run", async () => {
    const [pod] = (await print("get pods -l app=web -o jsonpath={.items[*].metadata.name}")).split(" ");
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    const path = `/api/v1/namespaces/default/pods/${pod}/attach?stdout=true&stderr=true`;
    const running = await dialRemoteCommand({ ...loadKubeconfig(join(folder, "kubeconfig")), path }, streams);
    const [status, ...said] = await Promise.all([running.result, text(running.stdout!), text(running.stderr!)]);
    await running.close();
    assert.deepEqual([exitCodeOf(status), ...said], [undefined, "", ""]);
    assert.equal(
      status.message,
      "Internal error occurred: error attaching to container: this pod is simulated: no process runs in it",
    );
  });

  test("delete can be tried, by the server and without it, and says what force means", async () => {
    const deleted = 'deployment.apps "web" deleted from default namespace';
    assert.equal(await print("delete deploy web --dry-run=server"), `${deleted} (server dry run)\n`);
    assert.equal(await print("delete deploy web --dry-run=client"), `${deleted} (dry run)\n`);
    assert.equal((await run("delete deploy none --dry-run=server")).status, 1);
    assert.equal(await print("delete deploy web --dry-run=server -o name"), "deployment.apps/web\n");
    assert.match((await run("delete deploy web -o yaml")).stderr, /^error: unexpected -o output mode: yaml\./);
    assert.match((await run("delete deploy web --force --dry-run=client")).stderr, /^Warning: Immediate deletion /);
    assert.match((await run("delete deploy web --force --grace-period=5")).stderr, /cannot be specified together\n$/);
    assert.equal(await print("get deploy web -o name"), "deployment.apps/web\n");
  });

  test("what is named is not chosen by a flag as well, which would be less than was deleted", async () => {
    const refusals = [
      ["deploy web -l app=other", "name cannot be provided when a selector is specified"],
      ["deploy web --all", "name cannot be provided when a selector is specified"],
      ["deploy/web --all", "selectors and the all flag cannot be used when passing resource/name arguments"],
      ["deploy web -A", "a resource cannot be retrieved by name across all namespaces"],
      [
        "deploy web -f -",
        "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
      ],
      ["-f - -l app=other", "--selector does not choose among the objects of files here"],
      ["deploy web --now --grace-period=5", "--now and --grace-period cannot be specified together"],
      ["deploy web --now --force", "--force and --grace-period greater than 0 cannot be specified together"],
      ["deploy web --timeout=5", 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
    ];
    for (const [words, refusal] of refusals)
      assert.deepEqual(await run(`delete ${words}`, manifest(2, "web:1")), {
        status: 1,
        stdout: "",
        stderr: `error: ${refusal}\n`,
      });
    assert.equal((await run("get deploy web -l app=other")).status, 1);
  });

  test("files may stand in one list", async () => {
    const one = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    const [first, second] = ["first", "second"].map((name) => join(folder, `${name}.yaml`));
    writeFileSync(first!, one("first"));
    writeFileSync(second!, one("second"));
    const files = `${first},${second}`;
    assert.equal(await print(`create --dry-run=client -o name -f ${files}`), "configmap/first\nconfigmap/second\n");
  });

  test("delete goes on behind what is not there", async () => {
    assert.deepEqual(await run("delete deploy none web"), {
      status: 1,
      stdout: 'deployment.apps "web" deleted from default namespace\n',
      stderr: 'Error from server (NotFound): deployments.apps "none" not found\n',
    });
  });
});
