import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../commands.ts";
import { namespacesMissing, uniqueName } from "../testing/namespaces.ts";
import { cniConfiguration, removeCniConfiguration, writeCniConfiguration } from "./configuration.ts";

test("the configuration appears whole in the runtime's folder, and goes again", async () => {
  const root = await mkdtemp(join(tmpdir(), "kubets-cni-"));
  const options = { folder: join(root, "net.d"), dataFolder: join(root, "addresses") };
  try {
    await writeCniConfiguration("10.244.3.0/24", options);
    assert.deepEqual(await readdir(options.folder), ["10-kubets.conflist"]);
    const text = await readFile(join(options.folder, "10-kubets.conflist"), "utf8");
    assert.deepEqual(JSON.parse(text), cniConfiguration("10.244.3.0/24", options));
    await removeCniConfiguration(options);
    assert.deepEqual(await readdir(options.folder), []);
  } finally {
    await rm(root, { recursive: true });
  }
});

const pluginFolder = ["/usr/lib/cni", "/opt/cni/bin"].find((folder) => existsSync(join(folder, "ptp")));
const missing = namespacesMissing() || (pluginFolder === undefined && "not installed: containernetworking-plugins");

interface Plugin {
  readonly type: string;
}

test("the distribution's plugins make a pod's interface from it", { skip: missing }, async () => {
  const name = uniqueName();
  const root = await mkdtemp(join(tmpdir(), "kubets-cni-"));
  const [node, pod] = [`${name}-node`, `${name}-pod`];
  try {
    for (const namespace of [node, pod]) await run("ip", ["netns", "add", namespace]);
    const options = { folder: root, dataFolder: join(root, "addresses"), mtu: 1400 };
    const { plugins, ...rest } = cniConfiguration("10.244.3.0/24", options) as { readonly plugins: readonly Plugin[] };
    const environment = [
      "CNI_COMMAND=ADD",
      `CNI_CONTAINERID=${name}`,
      `CNI_NETNS=/run/netns/${pod}`,
      "CNI_IFNAME=eth0",
      `CNI_PATH=${pluginFolder}`,
    ];
    const [ptp] = plugins;
    const input = JSON.stringify({ ...rest, ...ptp });
    const args = [...environment, join(pluginFolder!, ptp!.type)];
    const result = await run("env", args, { namespace: `/run/netns/${node}`, input });
    assert.equal(JSON.parse(result).ips[0].address, "10.244.3.2/24");
    await run("busybox", ["ping", "-c", "1", "-W", "2", "10.244.3.2"], { namespace: `/run/netns/${node}` });
  } finally {
    for (const namespace of [node, pod]) await run("ip", ["netns", "delete", namespace]);
    await rm(root, { recursive: true });
  }
});
