import assert from "node:assert/strict";
import { test } from "node:test";
import type { corev1 } from "../../../api/mod.ts";
import type { FieldError } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { validateProfileAnnotations, validateSameProfiles } from "./profile-annotations.ts";

const seccompPod = "seccomp.security.alpha.kubernetes.io/pod";
const seccomp = (container: string) => `container.seccomp.security.alpha.kubernetes.io/${container}`;
const appArmor = (container: string) => `container.apparmor.security.beta.kubernetes.io/${container}`;

type Judge = typeof validateSameProfiles;

function found(judge: Judge, annotations: Record<string, string>, spec: object, path: string): string[] {
  const errors: FieldError[] = [];
  judge(annotations, spec as corev1.PodSpec, field(path), errors);
  return errors.map((error) => `${error.field}: ${error.message}`);
}

test("profiles that annotations name are known ones, or files below the folder of profiles", () => {
  const of = (value: string) =>
    found(validateProfileAnnotations, { [seccompPod]: value, [seccomp("none")]: value }, {}, "at");
  for (const value of ["unconfined", "runtime/default", "docker/default", "localhost/", "localhost/a..b"])
    assert.deepEqual(of(value), [], value);
  const both = (text: string) => [`at.${seccompPod}: ${text}`, `at.${seccomp("none")}: ${text}`];
  for (const value of ["", "odd", "Unconfined", "constructor"])
    assert.deepEqual(of(value), both(`Invalid value: "${value}": must be a valid seccomp profile`));
  assert.deepEqual(of("localhost//a"), both('Invalid value: "/a": must be a relative path'));
  assert.deepEqual(of("localhost/../a"), both(`Invalid value: "../a": must not contain '..'`));
});

test("a profile of AppArmor is a container's, and may be a file anywhere", () => {
  const spec = { containers: [{ name: "c" }], initContainers: [{ name: "i" }] };
  const of = (name: string, value: string) =>
    found(validateProfileAnnotations, { [appArmor(name)]: value }, spec, "at");
  assert.deepEqual([of("c", ""), of("i", "localhost//../a")], [[], []]);
  assert.deepEqual(of("n", "docker/default"), [
    `at[${appArmor("n")}]: Invalid value: "n": container not found`,
    `at[${appArmor("n")}]: Invalid value: "docker/default": invalid AppArmor profile name: "docker/default"`,
  ]);
});

test("what annotations and fields say of a profile is the same", () => {
  const local = { type: "Localhost", localhostProfile: "a" };
  const spec = {
    securityContext: { seccompProfile: local, appArmorProfile: local },
    containers: [{ name: "c" }, { name: "d", securityContext: { seccompProfile: local, appArmorProfile: local } }],
  };
  const of = (value: string, more = {}) =>
    found(
      validateSameProfiles,
      Object.fromEntries([seccompPod, seccomp("c"), seccomp("d"), appArmor("c"), appArmor("d")].map((k) => [k, value])),
      { ...spec, ...more },
      "spec",
    );
  assert.deepEqual(of("localhost/a"), []);
  const told = (kind: string, key: string, part: string) => (owner: string) =>
    `spec${owner}.securityContext.${key}.${part}: Forbidden: ${kind} ${part === "type" ? part : "profile"} in annotation and field must match`;
  for (const [value, part] of [
    ["localhost/b", "localhostProfile"],
    ["unconfined", "type"],
    ["odd", "type"],
  ] as const) {
    const ofSeccomp = ["", ".containers[1]"].map(told("seccomp", "seccompProfile", part));
    const ofAppArmor = [".containers[0]", ".containers[1]"].map(told("apparmor", "appArmorProfile", part));
    assert.deepEqual(of(value), [...ofSeccomp, ...ofAppArmor]);
    assert.deepEqual(of(value, { os: { name: "windows" } }), ofSeccomp);
  }
});
