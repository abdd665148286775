/** The life of a pod: its phases, the order of its containers, probes, hooks, and what it says in the end. */
import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { test } from "node:test";
import { findCgroups } from "../../cgroups/hierarchies.ts";
import {
  cgroupRoot,
  eventsOf,
  eventually,
  folder,
  forever,
  logOf,
  pod,
  remove,
  runtime,
  shell,
} from "../agent-under-test.ts";
import { isReady, statusOf } from "../api.ts";
import { testImage as image } from "../containerd.ts";

test("a pod gets an address, becomes ready, and is gone with everything after its deletion", async () => {
  const one = await pod("plain", { containers: [shell(forever)] });
  const ready = await one.until("it is ready", isReady);
  const status = statusOf(ready, "main");
  assert.match(ready.status!.podIP!, /^10\.213\.0\.\d+$/);
  assert.match(status.containerID!, /^containerd:\/\/[0-9a-f]{64}$/);
  assert.equal(status.restartCount, 0);
  assert.equal(ready.status!.phase, "Running");
  await remove(one);
  await eventually(
    "its sandbox is removed",
    async () => (await runtime.listSandboxes(ready.metadata.uid)).length === 0,
  );
  for (const { path } of (await findCgroups()).mounts) {
    await assert.rejects(access(`${path}${cgroupRoot}/kubepods/besteffort/pod${ready.metadata.uid}`));
  }
});

test("exit codes become phases, and the end of a pod that never restarts is final", async () => {
  const good = await pod("good", { restartPolicy: "Never", containers: [shell("exit 0")] });
  const bad = await pod("bad", {
    restartPolicy: "OnFailure",
    activeDeadlineSeconds: 60,
    containers: [shell("exit 3")],
  });
  const done = await good.until("it has succeeded", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(done, "main").state!.terminated!.reason, "Completed");
  const waiting = await bad.until(
    "it waits",
    (now) => statusOf(now, "main")?.state?.waiting?.reason === "CrashLoopBackOff",
  );
  const status = statusOf(waiting, "main");
  assert.equal(status.restartCount, 1);
  assert.equal(status.lastState!.terminated!.exitCode, 3);
  assert.match(status.state!.waiting!.message!, /^back-off 10s restarting failed container=main pod=bad_default\(/);
  assert.equal(waiting.status!.phase, "Running");
  await remove(good, bad);
});

test("init containers run one after the other, a sidecar goes on and ends last", async () => {
  const one = await pod("ordered", {
    restartPolicy: "Never",
    volumes: [{ name: "order", emptyDir: {} }],
    initContainers: [
      {
        name: "first",
        image,
        command: ["sh", "-c", "echo first >> /order/log"],
        volumeMounts: [{ name: "order", mountPath: "/order" }],
      },
      {
        name: "side",
        image,
        restartPolicy: "Always",
        command: [
          "sh",
          "-c",
          `echo side >> /order/log; trap 'cat /order/log; exit' TERM; while true; do sleep 0.1; done`,
        ],
        volumeMounts: [{ name: "order", mountPath: "/order" }],
      },
    ],
    containers: [
      shell("sleep 0.3; echo main >> /order/log", { volumeMounts: [{ name: "order", mountPath: "/order" }] }),
    ],
  });
  const done = await one.until("it has succeeded", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(done, "first").state!.terminated!.exitCode, 0);
  assert.ok(statusOf(done, "side").state!.terminated);
  assert.match(await logOf("ordered", "side"), /side\nmain\n/);
  await remove(one);
});

test("probes: readiness over HTTP, a startup probe before it, and a failing liveness probe restarts", async () => {
  const web = await pod("web", {
    containers: [
      shell("sleep 0.5; mkdir /www; echo ok > /www/index.html; httpd -f -p 8080 -h /www", {
        ports: [{ name: "http", containerPort: 8080 }],
        startupProbe: { tcpSocket: { port: "http" }, periodSeconds: 1, failureThreshold: 30 },
        readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 },
      }),
    ],
  });
  const sick = await pod("sick", {
    containers: [
      shell(forever, { livenessProbe: { exec: { command: ["false"] }, periodSeconds: 1, failureThreshold: 1 } }),
    ],
  });
  const unready = await web.until("it runs", (now) => statusOf(now, "main")?.state?.running !== undefined);
  assert.equal(statusOf(unready, "main").started, false);
  const ready = await web.until("it is ready", isReady);
  assert.equal(statusOf(ready, "main").started, true);
  const restarted = await sick.until("it is restarted", (now) => (statusOf(now, "main")?.restartCount ?? 0) > 0);
  assert.ok(statusOf(restarted, "main").lastState!.terminated);
  const events = await eventsOf("sick");
  assert.ok(events.includes("Unhealthy Liveness probe failed: "), events.join("\n"));
  assert.ok(events.includes("Killing Container main failed liveness probe, will be restarted"), events.join("\n"));
  await remove(web, sick);
});

test("hooks run after the start and before the end", async () => {
  const one = await pod("hooks", {
    terminationGracePeriodSeconds: 5,
    volumes: [{ name: "out", hostPath: { path: `${folder}/hooks`, type: "DirectoryOrCreate" } }],
    containers: [
      shell(forever, {
        volumeMounts: [{ name: "out", mountPath: "/out" }],
        lifecycle: {
          postStart: { exec: { command: ["sh", "-c", "echo begun > /out/begun"] } },
          preStop: { exec: { command: ["sh", "-c", "echo ending > /out/ending"] } },
        },
      }),
    ],
  });
  await one.until("it is ready", isReady);
  assert.equal(await readFile(`${folder}/hooks/begun`, "utf8"), "begun\n");
  await one.delete();
  await one.gone();
  assert.equal(await readFile(`${folder}/hooks/ending`, "utf8"), "ending\n");
});

test("termination messages come from their file, or from the log of a failure", async () => {
  const file = await pod("message", {
    restartPolicy: "Never",
    containers: [shell("echo -n said > /dev/termination-log")],
  });
  const log = await pod("fallback", {
    restartPolicy: "Never",
    containers: [shell("echo cried; exit 1", { terminationMessagePolicy: "FallbackToLogsOnError" })],
  });
  const ended = await file.until("it has ended", ({ status }) => status?.phase === "Succeeded");
  assert.equal(statusOf(ended, "main").state!.terminated!.message, "said");
  const failed = await log.until("it has failed", ({ status }) => status?.phase === "Failed");
  assert.equal(statusOf(failed, "main").state!.terminated!.message, "cried\n");
  await remove(file, log);
});
