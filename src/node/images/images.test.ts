import assert from "node:assert/strict";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { extract } from "tar-stream";
import type { corev1 } from "../../api/mod.ts";
import { FakeClock } from "../../client/mod.ts";
import { received } from "../cri/types.ts";
import type { AuthConfig, ImageService, PullOptions } from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import { podOf } from "../testing/pods.ts";
import { ImageManager } from "./image-manager.ts";
import { packFolder } from "./pack.ts";
import { ensurePauseImage } from "./pause.ts";
import { credentialsFor } from "./pull-secrets.ts";
import { parseImageReference, withDefaultTag } from "./reference.ts";

test("names of images are completed as the container world does", () => {
  const full = (text: string) => {
    const { name, tag, digest } = parseImageReference(text);
    return `${name} ${tag} ${digest}`.trim();
  };
  assert.equal(full("web"), "docker.io/library/web latest");
  assert.equal(full("team/web:1.2"), "docker.io/team/web 1.2");
  assert.equal(full("localhost:5000/web"), "localhost:5000/web latest");
  assert.equal(full(`quay.io/a/b@sha256:${"0".repeat(64)}`), `quay.io/a/b  sha256:${"0".repeat(64)}`);
  assert.equal(withDefaultTag("web"), "web:latest");
  assert.equal(withDefaultTag("web:1"), "web:1");
});

test("what is no name is refused with the reason that a container waits with", () => {
  for (const text of ["Web", "a:b:c", "a b", "", "a//b", "a@sha256:1", "_a"]) {
    assert.throws(
      () => parseImageReference(text),
      (error) => error instanceof NodeError && error.reason === "InvalidImageName",
      text,
    );
  }
});

function secret(type: string, content: object): corev1.Secret {
  const key = type === "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
  return { type, data: { [key]: Buffer.from(JSON.stringify(content)).toString("base64") } } as unknown as corev1.Secret;
}

test("credentials are those of the image's registry, the most exact first", () => {
  const auth = Buffer.from("user:pass:word").toString("base64");
  const secrets = [
    secret("kubernetes.io/dockerconfigjson", {
      auths: { "registry.example": { auth }, "registry.example/team": { username: "team", password: "x" } },
    }),
    secret("kubernetes.io/dockercfg", {
      "https://index.docker.io/v1/": { username: "hub", password: "y" },
      "*.example": { username: "any", password: "z" },
    }),
  ];
  const users = (image: string) => credentialsFor(image, secrets).map(({ username }) => username);
  assert.deepEqual(users("registry.example/team/web:1"), ["team", "user", "any"]);
  assert.deepEqual(users("registry.example/other"), ["user", "any"]);
  assert.deepEqual(users("web"), ["hub"]);
  assert.deepEqual(users("elsewhere.org/web"), []);
  assert.equal(credentialsFor("registry.example/x", secrets)[0]!.password, "pass:word");
});

test("a packed image is an OCI layout whose blobs have the names of their content", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kubets-images-"));
  try {
    await mkdir(join(folder, "from", "bin"), { recursive: true });
    await writeFile(join(folder, "from", "bin", "tool"), "#!/bin/sh\n", { mode: 0o755 });
    await symlink("tool", join(folder, "from", "bin", "alias"));
    await packFolder(
      { name: "team/tool:2", entrypoint: ["/bin/tool"] },
      join(folder, "from"),
      join(folder, "image.tar"),
    );
    const files = new Map<string, Buffer>();
    const archive = createReadStream(join(folder, "image.tar")).pipe(extract());
    for await (const entry of archive) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files.set(entry.header.name, Buffer.concat(parts));
    }
    const index = JSON.parse(files.get("index.json")!.toString());
    assert.equal(index.manifests[0].annotations["io.containerd.image.name"], "docker.io/team/tool:2");
    const blob = (digest: string) => JSON.parse(files.get(`blobs/${digest.replace(":", "/")}`)!.toString());
    const config = blob(blob(index.manifests[0].digest).config.digest);
    assert.deepEqual(config.config.Entrypoint, ["/bin/tool"]);
    assert.ok(files.has(`blobs/${config.rootfs.diff_ids[0].replace(":", "/")}`));
  } finally {
    await rm(folder, { recursive: true });
  }
});

const withoutProgram = existsSync("/usr/bin/catatonit") ? false : "needs catatonit, from which the image is packed";

test("the pause image is packed in the node's folder, which goes with it", { skip: withoutProgram }, async () => {
  const root = await mkdtemp(join(tmpdir(), "kubets-images-"));
  const { TMPDIR } = process.env;
  // Whatever would be packed elsewhere fails.
  process.env["TMPDIR"] = join(root, "missing");
  try {
    const registry = new Registry();
    await ensurePauseImage(registry, root);
    assert.equal(registry.imported.length, 1);
    assert.ok(registry.imported[0]!.startsWith(`${root}/`));
    assert.deepEqual(await readdir(root), []);
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
    await rm(root, { recursive: true });
  }
});

class Registry implements ImageService {
  readonly present = new Set<string>();
  readonly pulls: (AuthConfig | undefined)[] = [];
  readonly imported: string[] = [];
  problem: string | undefined;

  async list() {
    return [];
  }
  async status(image: string) {
    return this.present.has(image) ? received("Image", { id: image }) : undefined;
  }
  async pull(image: string, { auth }: PullOptions) {
    this.pulls.push(auth);
    if (this.problem) throw new NodeError("failed", this.problem);
    this.present.add(image);
    return image;
  }
  async remove() {}
  async import(file: string) {
    this.imported.push(file);
  }
  async usage() {
    return { usedBytes: 0, mountPoint: "" };
  }
}

function managed() {
  const registry = new Registry();
  const clock = new FakeClock();
  const manager = new ImageManager(
    registry,
    { configMap: async () => undefined, secret: async () => undefined },
    clock,
  );
  const events: string[] = [];
  const ensure = (container: Partial<corev1.Container>) =>
    manager
      .ensure({
        pod: podOf({}),
        container: { name: "main", ...container } as corev1.Container,
        sandbox: {},
        event: (_, reason, message) => events.push(`${reason}: ${message}`),
        signal: new AbortController().signal,
      })
      .then(
        () => "present",
        (error: NodeError) => `${error.reason}: ${error.message}`,
      );
  return { registry, clock, events, ensure };
}

test("an image is pulled when it is missing, or always, or never, as the policy says", async () => {
  const { registry, events, ensure } = managed();
  assert.equal(await ensure({ image: "web:1" }), "present");
  assert.equal(await ensure({ image: "web:1" }), "present");
  assert.equal(registry.pulls.length, 1);
  assert.equal(await ensure({ image: "web" }), "present");
  assert.equal(await ensure({ image: "web" }), "present");
  assert.equal(registry.pulls.length, 3);
  assert.match(
    await ensure({ image: "other:1", imagePullPolicy: "Never" }),
    /^ErrImageNeverPull: Container image "other:1" is not present with pull policy of Never$/,
  );
  assert.equal(events[0], 'Pulling: Pulling image "web:1"');
  assert.match(events[1]!, /^Pulled: Successfully pulled image "web:1" in \d+ms/);
});

test("a pull that fails is tried again after a growing pause, in which the container waits with back-off", async () => {
  const { registry, clock, ensure } = managed();
  registry.problem = "no such host";
  assert.equal(await ensure({ image: "web:1" }), "ErrImagePull: no such host");
  assert.equal(
    await ensure({ image: "web:1" }),
    'ImagePullBackOff: Back-off pulling image "web:1": ErrImagePull: no such host',
  );
  clock.advance(10_000);
  assert.equal(await ensure({ image: "web:1" }), "ErrImagePull: no such host");
  clock.advance(10_000);
  assert.match(await ensure({ image: "web:1" }), /^ImagePullBackOff/);
  registry.problem = undefined;
  clock.advance(10_000);
  assert.equal(await ensure({ image: "web:1" }), "present");
});

test("those who want the same image at the same time share one pull", async () => {
  const { registry, ensure } = managed();
  await Promise.all([ensure({ image: "web:1" }), ensure({ image: "web:1" })]);
  assert.equal(registry.pulls.length, 1);
});
