/** What the official JavaScript client can do with a running container beyond its own tests. */
import assert from "node:assert/strict";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Attach,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PortForward,
  type V1ConfigMap,
  type V1Status,
} from "@kubernetes/client-node";
import type { Check } from "../suite.ts";

const namespace = "default";
const pod = "streams";
const script = 'echo begun; (echo page | nc -l -p 8080) & while read line; do echo "got $line"; done';
const exitCode = ({ details }: V1Status): number =>
  Number(details?.causes?.find(({ reason }) => reason === "ExitCode")?.message ?? 0);

/** Resolves when `condition` does; rejects after half a minute. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, "waited for half a minute");
    await sleep(50);
  }
}

class Tools {
  readonly config = new KubeConfig();
  readonly core: CoreV1Api;

  constructor(kubeconfig: string) {
    this.config.loadFromFile(kubeconfig);
    this.core = this.config.makeApiClient(CoreV1Api);
  }

  async start(): Promise<void> {
    const container = { name: "main", image: "busybox", command: ["sh", "-c", script], stdin: true };
    const spec = { containers: [container], restartPolicy: "Never", terminationGracePeriodSeconds: 1 };
    await this.core.createNamespacedPod({ namespace, body: { metadata: { name: pod }, spec } });
    await until(async () => (await this.core.readNamespacedPod({ namespace, name: pod })).status?.phase === "Running");
  }

  async execute(command: readonly string[], input: string | null, tty = false) {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const stdin = input === null ? null : Readable.from([input]);
    const status = Promise.withResolvers<V1Status>();
    const exec = new Exec(this.config);
    await exec.exec(namespace, pod, "main", [...command], out, err, stdin, tty, status.resolve);
    const code = exitCode(await status.promise);
    for (const stream of [out, err]) stream.end();
    return { code, out: await text(out), err: await text(err) };
  }
}

async function checkCommands({ execute }: Pick<Tools, "execute">, check: Check): Promise<void> {
  await check("exec tells both outputs and the exit code", async () => {
    const answer = await execute(["sh", "-c", "echo out; echo err >&2; exit 7"], null);
    assert.deepEqual(answer, { code: 7, out: "out\n", err: "err\n" });
  });
  await check("exec reads what is sent", async () => {
    assert.equal((await execute(["head", "-c", "5"], "hello world")).out, "hello");
  });
  await check("exec in a terminal", async () => {
    assert.match((await execute(["sh", "-c", "tty; exit 2"], null, true)).out, /\/dev\/pts\/\d/);
  });
  await check("exec carries a large output whole", async () => {
    assert.equal((await execute(["seq", "1", "200000"], null)).out.length, 1_288_895);
  });
}

async function checkAttachedAndLogs({ config, core }: Tools, check: Check): Promise<void> {
  await check("attach talks to the process, and its log is followed", async () => {
    const followed = new PassThrough();
    await new Log(config).log(namespace, pod, "main", followed, { follow: true });
    let seen = "";
    followed.on("data", (part: Buffer) => (seen += part.toString()));
    const input = new PassThrough();
    const socket = await new Attach(config).attach(namespace, pod, "main", new PassThrough(), null, input, false);
    input.write("hello\n");
    await until(() => seen === "begun\ngot hello\n");
    socket.close();
    assert.match(await core.readNamespacedPodLog({ namespace, name: pod, tailLines: 1 }), /got hello/);
  });
  await check("port-forward reaches the process", async () => {
    let answer = "";
    const output = new Writable({
      write(part: Buffer, _encoding, done) {
        answer += part.toString();
        done();
      },
    });
    await new PortForward(config).portForward(namespace, pod, [8080], output, null, new PassThrough());
    await until(() => answer === "page\n");
  });
}

async function checkInformer({ config, core }: Tools, check: Check): Promise<void> {
  await check("informer hears of what is made, changed and deleted", async () => {
    const heard: string[] = [];
    const selector = { namespace, labelSelector: "informed=yes" };
    const list = () => core.listNamespacedConfigMap(selector);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const informer = makeInformer<V1ConfigMap>(config, path, list, selector.labelSelector);
    for (const event of ["add", "update", "delete"] as const) informer.on(event, () => void heard.push(event));
    await informer.start();
    const metadata = { name: "informed", labels: { informed: "yes" } };
    await core.createNamespacedConfigMap({ namespace, body: { metadata } });
    await until(() => heard.includes("add"));
    await core.replaceNamespacedConfigMap({ namespace, name: "informed", body: { metadata, data: { key: "value" } } });
    await until(() => heard.includes("update"));
    await core.deleteNamespacedConfigMap({ namespace, name: "informed" });
    await until(() => heard.includes("delete"));
    await informer.stop();
    assert.deepEqual(heard, ["add", "update", "delete"]);
  });
}

export async function checkStreams(kubeconfig: string, check: Check): Promise<void> {
  const tools = new Tools(kubeconfig);
  await tools.start();
  await checkCommands({ execute: (...given) => tools.execute(...given) }, check);
  await checkAttachedAndLogs(tools, check);
  await checkInformer(tools, check);
  await tools.core.deleteNamespacedPod({ namespace, name: pod, gracePeriodSeconds: 0 });
}
