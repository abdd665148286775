import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { render } from "./lines.ts";
import { describePod } from "./pod.ts";

test("a pod's ephemeral containers come behind its others, with their state", async () => {
  const startedAt = "2026-01-02T03:04:05Z";
  const status = { name: "debug", image: "box", imageID: "sha256:1", ready: false, restartCount: 0 };
  const pod = {
    metadata: { name: "web", namespace: "default" },
    spec: {
      containers: [{ name: "web", image: "web" }],
      ephemeralContainers: [{ name: "debug", image: "box", command: ["sh"], targetContainerName: "web" }],
    },
    status: {
      ephemeralContainerStatuses: [{ ...status, containerID: "x://1", state: { running: { startedAt } } }],
    },
  };
  const text = render(await describePod(pod as unknown as corev1.Pod));
  assert.equal(
    text.slice(text.indexOf("Containers:"), text.indexOf("QoS Class")),
    `Containers:
  web:
    Image:        web
    Port:         <none>
    Host Port:    <none>
    Environment:  <none>
    Mounts:       <none>
Ephemeral Containers:
  debug:
    Container ID:  x://1
    Image:         box
    Image ID:      sha256:1
    Port:          <none>
    Host Port:     <none>
    Command:
      sh
    State:          Running
      Started:      Fri, 02 Jan 2026 03:04:05 +0000
    Ready:          False
    Restart Count:  0
    Environment:    <none>
    Mounts:         <none>
Volumes:            <none>
`,
  );
});
