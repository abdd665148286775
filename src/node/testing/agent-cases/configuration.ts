/** What a container finds: its environment, and the files of its volumes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { resources as apiResources } from "../../../api/mod.ts";
import {
  api,
  eventsOf,
  eventually,
  folder,
  forever,
  logOf,
  namespace,
  outputOf,
  pod,
  remove,
  runtime,
  shell,
} from "../agent-under-test.ts";
import { isReady, statusOf } from "../api.ts";
import { testImage as image } from "../containerd.ts";

test("the environment comes from values, fields, resources, config maps and secrets", async () => {
  const { client } = api;
  await client
    .resource(apiResources.configmaps)
    .create({ metadata: { name: "env", namespace }, data: { color: "blue", SHAPE: "round" } });
  await client
    .resource(apiResources.secrets)
    .create({ metadata: { name: "env", namespace }, data: { key: Buffer.from("s3cret").toString("base64") } });
  const output = await outputOf("environment", "env; echo $0 $1", {
    args: ["$(GREETING)", "$$(GREETING)"],
    resources: { limits: { cpu: "500m", memory: "64Mi" } },
    envFrom: [{ prefix: "P_", configMapRef: { name: "env" } }, { secretRef: { name: "absent", optional: true } }],
    env: [
      { name: "NAME", value: "world" },
      { name: "GREETING", value: "hello $(NAME) $(MISSING)" },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "LABEL", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
      { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      { name: "COLOR", valueFrom: { configMapKeyRef: { name: "env", key: "color" } } },
      { name: "KEY", valueFrom: { secretKeyRef: { name: "env", key: "key" } } },
    ],
  });
  const lines = output.split("\n");
  for (const line of [
    "GREETING=hello world $(MISSING)",
    "P_color=blue",
    "P_SHAPE=round",
    "LABEL=",
    "MEMORY=64",
    "CPU=1",
    "COLOR=blue",
    "KEY=s3cret",
  ]) {
    assert.ok(lines.includes(line), `${line} in ${output}`);
  }
  assert.match(output, /^POD_IP=10\.213\.0\.\d+$/m);
  assert.match(output, /^hello world \$\(MISSING\) \$\(GREETING\)$/m);
});

test("a pod waits for a config map that is missing and goes on when it is made; changes reach its files", async () => {
  const { client } = api;
  const one = await pod("waits", {
    volumes: [{ name: "config", configMap: { name: "late", items: [{ key: "a", path: "sub/file", mode: 0o400 }] } }],
    containers: [shell(forever, { volumeMounts: [{ name: "config", mountPath: "/config" }] })],
  });
  await one.until("it says so", () => true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(
    (await eventsOf("waits")).some((event) =>
      event.startsWith('FailedMount MountVolume.SetUp failed for volume "config" : configmap "late" not found'),
    ),
  );
  const maps = client.resource(apiResources.configmaps);
  const made = await maps.create({ metadata: { name: "late", namespace }, data: { a: "one" } });
  const ready = await one.until("it is ready", isReady);
  const id = statusOf(ready, "main").containerID!.replace("containerd://", "");
  const read = async () => (await runtime.execSync(id, ["cat", "/config/sub/file"], 5000)).stdout.toString();
  assert.equal(await read(), "one");
  await maps.update({ ...made, data: { a: "two" } });
  await eventually("the file changes", async () => (await read()) === "two");
  await remove(one);
});

test("volumes: memory, projections with modes, the downward API, sub-paths, groups, read-only mounts", async () => {
  const output = await outputOf(
    "volumes",
    `grep -q 'tmpfs /memory ' /proc/mounts && echo memory; stat -c '%a %g' /disk; cat /down/labels; stat -L -c %a /secret/key;
     echo x > /part/file && ls /disk/inner; echo y > /readonly/file || echo refused; id -G`,
    {
      volumeMounts: [
        { name: "memory", mountPath: "/memory" },
        { name: "disk", mountPath: "/disk" },
        { name: "disk", mountPath: "/part", subPath: "inner" },
        { name: "disk", mountPath: "/readonly", readOnly: true },
        { name: "all", mountPath: "/down" },
        { name: "secret", mountPath: "/secret" },
      ],
    },
    {
      securityContext: { fsGroup: 4321 },
      volumes: [
        { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        { name: "disk", emptyDir: {} },
        { name: "secret", secret: { secretName: "env", defaultMode: 0o440 } },
        {
          name: "all",
          projected: {
            sources: [{ downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.name" } }] } }],
          },
        },
      ],
    },
  );
  for (const line of ["memory", "2777 4321", "volumes440", "file", "refused"])
    assert.ok(output.split("\n").includes(line), `${line} in ${output}`);
  assert.match(output, /4321/);
});

test("mounts under a volume reach the other side where its propagation says so", async (t) => {
  const path = join(folder, "shared");
  mkdirSync(path);
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", path]);
  t.after(() => execFileSync("umount", ["--recursive", path]));
  execFileSync("mount", ["--make-shared", path]);
  for (const name of ["in", "out"]) mkdirSync(join(path, name));
  const script = `mount -t tmpfs tmpfs /two/out && echo there > /two/out/file
    until cat /one/in/file; do sleep 0.1; done; cat /none/in/file || echo not there; ${forever}`;
  const one = await pod("propagation", {
    volumes: [{ name: "shared", hostPath: { path } }],
    containers: [
      shell(script, {
        securityContext: { privileged: true },
        volumeMounts: [
          { name: "shared", mountPath: "/none" },
          { name: "shared", mountPath: "/one", mountPropagation: "HostToContainer" },
          { name: "shared", mountPath: "/two", mountPropagation: "Bidirectional" },
        ],
      }),
    ],
  });
  await one.until("it runs", (now) => statusOf(now, "main")?.state?.running !== undefined);
  const read = () => readFile(join(path, "out/file"), "utf8").catch(() => "");
  await eventually("the container's mount is here", async () => (await read()) === "there\n");
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", join(path, "in")]);
  execFileSync("sh", ["-c", 'echo here > "$0"', join(path, "in/file")]);
  await eventually("it sees what is mounted here", async () => (await logOf("propagation")).includes("not there"));
  assert.match(await logOf("propagation"), /^here$/m);
  await remove(one);
});

test("a link that leads out of a volume is no sub-path", async () => {
  const one = await pod("escape", {
    volumes: [{ name: "disk", emptyDir: {} }],
    initContainers: [
      {
        name: "link",
        image,
        command: ["ln", "-s", "/etc", "/disk/out"],
        volumeMounts: [{ name: "disk", mountPath: "/disk" }],
      },
    ],
    containers: [shell(forever, { volumeMounts: [{ name: "disk", mountPath: "/x", subPath: "out" }] })],
  });
  const refused = await one.until(
    "it is refused",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  assert.match(statusOf(refused, "main").state!.waiting!.message!, /leads outside/);
  await remove(one);
});
