import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { ipJson, run } from "../commands.ts";
import { namespacesMissing, uniqueName } from "../testing/namespaces.ts";
import { createFabric, destroyFabric, fabricProcesses } from "./fabric.ts";
import {
  bridgeCommands,
  chooseNetwork,
  joinCommands,
  namespacesOf,
  networkOf,
  nodeCommands,
  nodeIndex,
} from "./plan.ts";

const plan = { node: "one", namespace: "kubets-x-node-one", index: 2, network: "172.30.0.0/16" };

test("a node gets the lowest free number, and keeps the one it has", () => {
  const links = [{ ifname: "lo" }, { ifname: "node2", ifalias: "one" }, { ifname: "node4", ifalias: "three" }];
  assert.equal(nodeIndex("one", links), 2);
  assert.equal(nodeIndex("two", links), 3);
  assert.equal(nodeIndex("three", links), 4);
});

test("a cluster takes only its own namespaces, not those of one whose name begins alike", () => {
  const names = ["kubets-a-fabric", "kubets-a-node-a-1", "kubets-a-b-fabric", "kubets-a-b-node-x", "other"];
  assert.deepEqual(namespacesOf("a", names), ["kubets-a-fabric", "kubets-a-node-a-1"]);
});

test("the fabric's network is none of those to avoid, and stays what an earlier run made it", () => {
  assert.equal(chooseNetwork(["10.96.0.0/16", "10.244.0.0/16"]), "172.30.0.0/16");
  assert.equal(chooseNetwork(["172.16.0.0/12", "10.0.0.0/8"]), "192.168.213.0/24");
  assert.throws(() => chooseNetwork(["0.0.0.0/0"]), /no network for the nodes is left/);
  const addr_info = [{ family: "inet", local: "172.29.0.1", prefixlen: 16 }];
  assert.equal(networkOf([{ ifname: "fabric0", addr_info }]), "172.29.0.0/16");
});

test("the commands name the bridge's and the node's addresses", () => {
  assert.deepEqual(bridgeCommands("172.30.0.0/16", [], "10.96.0.0/16"), [
    "link set lo up",
    "link add fabric0 type bridge",
    "address replace 172.30.0.1/16 dev fabric0",
    "link set fabric0 up",
    "route replace 10.96.0.0/16 dev fabric0",
  ]);
  assert.equal(
    bridgeCommands("172.30.0.0/16", [{ ifname: "fabric0" }]).includes("link add fabric0 type bridge"),
    false,
  );
  assert.equal(joinCommands(plan)[0], "link add node2 type veth peer name eth0 netns kubets-x-node-one");
  assert.deepEqual(nodeCommands(plan).slice(1), [
    "address replace 172.30.0.2/16 dev eth0",
    "link set eth0 up",
    "route replace default via 172.30.0.1",
  ]);
});

test("nodes reach one another and the fabric, and nothing is left behind", { skip: namespacesMissing() }, async () => {
  const cluster = uniqueName();
  try {
    const fabric = await createFabric({ cluster, serviceNetwork: "10.96.0.0/16" });
    const [one, two] = await Promise.all([fabric.addNode("one"), fabric.addNode("two")]);
    assert.notEqual(one.address, two.address);
    await reaches(one.namespace, two.address);
    await reaches(two.namespace, fabric.address);
    await reaches(fabric.namespace, one.address);
    assert.deepEqual(await fabricProcesses(cluster), []);
    const again = await createFabric({ cluster, serviceNetwork: "10.96.0.0/16" });
    assert.deepEqual(await again.addNode("two"), two);
    assert.equal(again.node("two").enter.includes(`--net=${two.namespace}`), true);
    assert.throws(() => again.node("one"), /no node one/);
    await again.removeNode("one");
    assert.equal(existsSync(one.namespace), false);
    await again.destroy();
    assert.equal(existsSync(fabric.namespace), false);
  } finally {
    await destroyFabric(cluster);
  }
  const left = (await ipJson(["netns", "list"])) as readonly { readonly name: string }[];
  assert.deepEqual(
    left.filter(({ name }) => name.includes(cluster)),
    [],
  );
});

async function reaches(namespace: string, address: string): Promise<void> {
  await run("busybox", ["ping", "-c", "1", "-W", "2", address], { namespace });
}
