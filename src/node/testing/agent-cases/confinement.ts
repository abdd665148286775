/** What a container may do, how much it may take, and what it is made from. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { outputOf, pod, remove, shell } from "../agent-under-test.ts";
import { statusOf } from "../api.ts";

test("security contexts: users, groups, privilege, a read-only root, and no root where it is forbidden", async () => {
  const output = await outputOf(
    "secure",
    "id -u; id -g; id -G; grep NoNewPrivs /proc/self/status; touch /x || echo readonly; hostname; cat /etc/hosts",
    {
      securityContext: {
        runAsUser: 1234,
        runAsGroup: 2345,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
      },
    },
    {
      hostname: "named",
      subdomain: "sub",
      hostAliases: [{ ip: "1.2.3.4", hostnames: ["alias"] }],
      securityContext: { supplementalGroups: [77] },
    },
  );
  for (const line of ["1234", "2345", "2345 77", "NoNewPrivs:\t1", "readonly", "named", "1.2.3.4\talias"]) {
    assert.ok(output.split("\n").includes(line), `${line} in ${output}`);
  }
  assert.match(output, /^10\.213\.0\.\d+\tnamed\.sub\.default\.svc\.cluster\.local\tnamed$/m);
  const root = await pod("root", { containers: [shell("true", { securityContext: { runAsNonRoot: true } })] });
  const refused = await root.until(
    "it is refused",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  assert.match(statusOf(refused, "main").state!.waiting!.message!, /image will run as root/);
  await remove(root);
});

test("how many files a container may open is what containerd may", async () => {
  const script = "ulimit -Hn";
  assert.equal(await outputOf("files", script), execFileSync("sh", ["-c", script], { encoding: "utf8" }));
});

test("of the machine's devices a container may open the network's tunnel, not a disk", async () => {
  const open = (device: string) => `busybox mknod /dev/trial ${device}; (: < /dev/trial) 2>&1; rm /dev/trial`;
  // What the machine has no driver for may be opened all the same, and is not there.
  assert.doesNotMatch(await outputOf("tunnel", open("c 10 200")), /not permitted/);
  assert.match(await outputOf("disk", open("b 7 0")), /not permitted/);
});

test("limits hold: memory that is too much ends the container as out of memory", async () => {
  const one = await pod("greedy", {
    restartPolicy: "Never",
    containers: [
      shell("x=$(yes | head -c 200000000); echo $x | wc -c", {
        resources: { limits: { memory: "32Mi", cpu: "500m" } },
      }),
    ],
  });
  const failed = await one.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(statusOf(failed, "main").state!.terminated!.reason, "OOMKilled");
  assert.equal(failed.status!.qosClass, "Guaranteed");
  await remove(one);
});

test("images: a name that is none, and one that may not be pulled", async () => {
  const bad = await pod("bad-name", { containers: [shell("true", { image: "Not/A/Name" })] });
  const never = await pod("never", {
    containers: [shell("true", { image: "kubets.test/absent:1", imagePullPolicy: "Never" })],
  });
  await bad.until("its name is refused", (now) => statusOf(now, "main")?.state?.waiting?.reason === "InvalidImageName");
  await never.until("it is not pulled", (now) => statusOf(now, "main")?.state?.waiting?.reason === "ErrImageNeverPull");
  await remove(bad, never);
});
