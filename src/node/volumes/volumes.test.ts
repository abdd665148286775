import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import type { NodeFacts } from "../node-facts.ts";
import { PodPaths } from "../pod/paths.ts";
import { podOf } from "../testing/pods.ts";
import { type Payload, writeAtomically } from "./atomic-writer.ts";
import { setUpHostPath } from "./host-path.ts";
import { parseMountPoints } from "./mount-table.ts";
import { collectPayload } from "./payloads.ts";
import type { TokenManager } from "./tokens.ts";
import { VolumeManager, type VolumeManagerOptions } from "./volume-manager.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubets-volumes-"));
});
afterEach(() => rm(folder, { recursive: true }));

const payload = (files: Readonly<Record<string, string>>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));

test("files appear under their names, in folders where their paths say so, with their modes", async () => {
  writeAtomically(folder, payload({ a: "1", "sub/deep/b": "2" }, 0o440));
  assert.equal(await readFile(join(folder, "a"), "utf8"), "1");
  assert.equal(await readFile(join(folder, "sub/deep/b"), "utf8"), "2");
  assert.equal((await stat(join(folder, "a"))).mode & 0o777, 0o440);
  assert.equal(await readlink(join(folder, "a")), "..data/a");
});

test("a new set replaces the old one through one link, and nothing of the old is left", async () => {
  writeAtomically(folder, payload({ a: "1", gone: "x" }));
  const before = await readlink(join(folder, "..data"));
  writeAtomically(folder, payload({ a: "2", "new/b": "3" }));
  const after = await readlink(join(folder, "..data"));
  assert.notEqual(before, after);
  assert.deepEqual((await readdir(folder)).sort(), ["..data", after, "a", "new"].sort());
  assert.equal(await readFile(join(folder, "a"), "utf8"), "2");
});

test("no path leads out of the volume", async () => {
  for (const path of ["../a", "/a", "a/../../b", "", "..data"]) {
    assert.throws(() => writeAtomically(folder, payload({ [path]: "x" })), /invalid path/, path);
  }
});

const objects = {
  configMap: { data: { a: "1", b: "2" }, binaryData: { raw: Buffer.from([0, 255]).toString("base64") } },
  secret: { data: { key: Buffer.from("s").toString("base64") } },
};

async function filesOf(
  volume: Omit<corev1.Volume, "name">,
  pod: corev1.Pod = podOf({}),
): Promise<Record<string, string>> {
  const input = {
    pod,
    node: {
      name: "n1",
      addresses: [],
      clusterDns: [],
      clusterDomain: "",
      rootDirectory: "/",
      cgroupRoot: "",
      allocatable: {},
      memoryCapacityBytes: 1,
    },
    addresses: ["10.0.0.5"],
    config: {
      configMap: async (_: string, name: string) =>
        name === "map" ? (objects.configMap as unknown as corev1.ConfigMap) : undefined,
      secret: async (_: string, name: string) =>
        name === "key" ? (objects.secret as unknown as corev1.Secret) : undefined,
    },
    tokens: { token: async () => "token" },
  };
  const files = await collectPayload(input, { name: "v", ...volume });
  return Object.fromEntries(
    [...files].map(([path, { data, mode, user }]) => [
      path,
      `${Buffer.from(data).toString("latin1")} ${mode.toString(8)}${user === undefined ? "" : ` ${user}`}`,
    ]),
  );
}

test("a config map gives all its keys, or those asked for, under their paths and modes", async () => {
  assert.deepEqual(await filesOf({ configMap: { name: "map" } }), { a: "1 644", b: "2 644", raw: "\0ÿ 644" });
  const items = [
    { key: "a", path: "x/y", mode: 0o400 },
    { key: "b", path: "z" },
  ];
  assert.deepEqual(await filesOf({ configMap: { name: "map", items, defaultMode: 0o600 } }), {
    "x/y": "1 400",
    z: "2 600",
  });
});

test("what is missing is named, unless it is optional", async () => {
  await assert.rejects(filesOf({ configMap: { name: "absent" } }), /configmap "absent" not found/);
  await assert.rejects(filesOf({ secret: { secretName: "absent" } }), /secret "absent" not found/);
  await assert.rejects(
    filesOf({ configMap: { name: "map", items: [{ key: "none", path: "p" }] } }),
    /references non-existent config key: none/,
  );
  assert.deepEqual(await filesOf({ configMap: { name: "absent", optional: true } }), {});
});

test("a projection joins its sources; a token is its user's alone where all containers run as one", async () => {
  const sources = [
    { secret: { name: "key", items: [{ key: "key", path: "secret" }] } },
    { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
    { serviceAccountToken: { path: "token" } },
  ];
  const projected = { sources, defaultMode: 0o444 };
  assert.deepEqual(await filesOf({ projected }), { secret: "s 444", name: "web 444", token: "token 444" });
  assert.equal((await filesOf({ projected }, podOf({ securityContext: { runAsUser: 7 } })))["token"], "token 600 7");
  assert.equal(
    (await filesOf({ projected }, podOf({ securityContext: { runAsUser: 7, fsGroup: 8 } })))["token"],
    "token 600",
  );
});

test("a host path is checked to be what its type says, or made where the type says so", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  assert.equal(await setUpHostPath({ path: join(folder, "anything") }), join(folder, "anything"));
  await assert.rejects(
    setUpHostPath({ path: file, type: "Directory" }),
    /hostPath type check failed: .*\/file is not a directory/,
  );
  await setUpHostPath({ path: join(folder, "made"), type: "DirectoryOrCreate" });
  assert.ok((await stat(join(folder, "made"))).isDirectory());
  await setUpHostPath({ path: join(folder, "new"), type: "FileOrCreate" });
  assert.ok((await stat(join(folder, "new"))).isFile());
});

test("mount points are read with their escapes undone", () => {
  assert.deepEqual(parseMountPoints("1 2 0:3 / /a\\040b rw - tmpfs tmpfs rw\n1 2 0:3 / /c rw - ext4 /dev/x rw\n"), [
    "/a b",
    "/c",
  ]);
});

test("volumes of pods that the node does not have are taken away, in memory and on the disk", async () => {
  const node = { rootDirectory: folder } as NodeFacts;
  const tokens = { forget: () => {} } as unknown as TokenManager;
  const volumes = new VolumeManager({ node, tokens } as VolumeManagerOptions);
  const { pods, memory } = new PodPaths(folder);
  for (const place of [pods, memory])
    for (const uid of ["known", "gone"]) await mkdir(join(place, uid, "volumes"), { recursive: true });
  await volumes.tearDownOthers((uid) => uid === "known");
  assert.deepEqual(await Promise.all([pods, memory].map((place) => readdir(place))), [["known"], ["known"]]);
});
