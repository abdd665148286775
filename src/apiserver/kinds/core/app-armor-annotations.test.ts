import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import { setAppArmorFields } from "./app-armor-annotations.ts";

const key = (container: string) => `container.apparmor.security.beta.kubernetes.io/${container}`;

test("profiles that annotations name become fields, where there is none", () => {
  const own = { appArmorProfile: { type: "RuntimeDefault" as const } };
  const containers = [{ name: "a" }, { name: "b", securityContext: own }, { name: "c" }, { name: "d" }];
  const annotations = { [key("a")]: "localhost/web", [key("b")]: "unconfined", [key("c")]: "nonsense" };
  const pod = { metadata: { annotations }, spec: { containers } } as unknown as corev1.Pod;
  const warned = setAppArmorFields(pod).map((warning) => warning.slice(0, warning.indexOf(":")));
  assert.deepEqual(
    warned,
    ["a", "c"].map((container) => `metadata.annotations[${key(container)}]`),
  );
  assert.deepEqual(
    pod.spec.containers.map(({ securityContext }) => securityContext?.appArmorProfile),
    [{ type: "Localhost", localhostProfile: "web" }, { type: "RuntimeDefault" }, undefined, undefined],
  );
});
