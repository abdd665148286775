/** On the machine's own cgroups: what is there when a pod has gone. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { corev1 } from "../../api/mod.ts";
import { podOf } from "../testing/pods.ts";
import { findCgroups } from "./hierarchies.ts";
import { PodCgroups, podCgroup, removeCgroups } from "./pod-cgroup.ts";

const root = `/kubets-test-${process.pid}`;
const needsRoot = process.getuid?.() === 0 ? false : "needs root to make cgroups";

const named = (uid: string): corev1.Pod => {
  const pod = podOf({ containers: [{ name: "main" }] });
  return { ...pod, metadata: { ...pod.metadata, uid } };
};

test("processes that the runtime has lost sight of end with their pod, known to the node or not; those of others go on", {
  skip: needsRoot,
}, async (t) => {
  const cgroups = new PodCgroups(await findCgroups(), root);
  const folders = (pod: corev1.Pod) => cgroups.hierarchies.mounts.map(({ path }) => join(path, podCgroup(root, pod)));
  const children: ChildProcess[] = [];
  /** In a cgroup of its container's, as the runtime puts it there. */
  const start = async (pod: corev1.Pod): Promise<ChildProcess> => {
    await cgroups.ensure(pod);
    const child = spawn("sleep", ["1000"]);
    children.push(child);
    for (const folder of folders(pod).filter((folder) => !folder.includes("cpuset"))) {
      mkdirSync(join(folder, "container"), { recursive: true });
      writeFileSync(join(folder, "container", "cgroup.procs"), String(child.pid));
    }
    return child;
  };
  t.after(async () => {
    await Promise.all(
      children.filter((child) => child.signalCode === null && child.kill()).map((child) => once(child, "exit")),
    );
    await removeCgroups(root);
  });
  const [gone, known, unknown] = [named("gone"), named("known"), named("unknown")];
  const [goneChild, knownChild, unknownChild] = [await start(gone), await start(known), await start(unknown)];
  await Promise.all([once(goneChild, "exit"), cgroups.remove(gone)]);
  await Promise.all([once(unknownChild, "exit"), cgroups.removeOthers((uid) => uid === "known")]);
  assert.deepEqual([gone, unknown].flatMap(folders).filter(existsSync), []);
  assert.ok(folders(known).every(existsSync));
  assert.equal(knownChild.signalCode, null);
});
