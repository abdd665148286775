/** The agent on containerd that the cases ask, and short ways to ask it. Its places come by environment, from `agent.test.ts`. */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { resources as apiResources } from "../../api/mod.ts";
import { Pki } from "../../auth/mod.ts";
import { systemClock } from "../../client/mod.ts";
import { NodeAgent } from "../agent.ts";
import { CriRuntime } from "../cri/cri-runtime.ts";
import type { LogOptions } from "../runtime/contract.ts";
import { createPod, type PodHandle, startTestApi, statusOf, type TestApi } from "./api.ts";
import { testImage as image, packTestImage } from "./containerd.ts";

/** Without `agent.test.ts` there is no place to write to: better no run than keys in a folder named "undefined". */
function given(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: these cases are run by src/node/agent.test.ts`);
  return value;
}

const socket = given("KUBETS_TEST_SOCKET");
export const folder = given("KUBETS_TEST_FOLDER");
export const cgroupRoot = given("KUBETS_TEST_CGROUP");
export const namespace = "default";

export let api: TestApi;
export let pki: Pki;
export let runtime: CriRuntime;
let stop: () => Promise<void>;

export async function startAgent(): Promise<void> {
  const { context, informers, stop: stopInformers } = api.context();
  const serverPair = await pki.node("node", ["127.0.0.1"]);
  const agent = new NodeAgent(
    {
      nodeName: "node",
      runtime,
      addresses: ["10.213.0.1"],
      dns: { clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" },
      rootDirectory: `${folder}/agent`,
      serving: {
        address: "127.0.0.1",
        port: 0,
        certificate: serverPair.certificate,
        privateKey: serverPair.key,
        clientAuthority: pki.clusterAuthority.certificate,
      },
      cgroupRoot,
    },
    context,
  );
  informers.start();
  await agent.start();
  stop = async () => {
    await agent.stop();
    await stopInformers();
  };
}

export async function stopAgent(): Promise<void> {
  await stop();
}

before(async () => {
  api = await startTestApi();
  pki = await Pki.open({ directory: `${folder}/pki` });
  runtime = new CriRuntime({ socket, clock: systemClock });
  await packTestImage(`${folder}/busybox.tar`);
  await runtime.images.import(`${folder}/busybox.tar`);
  await startAgent();
});

after(async () => {
  await stopAgent();
  await runtime.close();
  await api.stop();
});

export const pod = (name: string, spec: object, metadata: object = {}) =>
  createPod(api.client, "node", name, spec, metadata);
export const shell = (script: string, more: object = {}) => ({
  name: "main",
  image,
  command: ["sh", "-c", script],
  ...more,
});
export const forever = "trap exit TERM; while true; do sleep 0.1; done";

export async function remove(...pods: PodHandle[]): Promise<void> {
  await Promise.all(pods.map((one) => one.delete(1)));
  await Promise.all(pods.map((one) => one.gone()));
}

export async function logOf(name: string, container = "main", options: LogOptions = {}): Promise<string> {
  const status = statusOf(await api.client.resource(apiResources.pods).get(name, { namespace }), container);
  const id = (status.containerID ?? status.lastState?.terminated?.containerID)!.replace("containerd://", "");
  const parts: Uint8Array[] = [];
  for await (const part of runtime.logs(id, options, new AbortController().signal)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Runs a script to its end and answers what it printed. */
export async function outputOf(
  name: string,
  script: string,
  container: object = {},
  spec: object = {},
): Promise<string> {
  const one = await pod(name, { restartPolicy: "Never", containers: [shell(script, container)], ...spec });
  await one.until("it has ended", ({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed");
  const output = await logOf(name);
  await remove(one);
  return output;
}

export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`it did not come that ${what}`);
}

export async function eventsOf(name: string): Promise<string[]> {
  const events = await api.client.resource(apiResources.events).list({ namespace });
  return events.items
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ reason, message }) => `${reason} ${message}`);
}
