/** Images under the names that foreign tests ask for, packed from this machine: no registry is asked. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubernetesObject, ResourceInfo } from "../../../src/api/mod.ts";
import { resources } from "../../../src/api/mod.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { kubets } from "../../support/command.ts";
import { isThere, run } from "./command.ts";

const python = "/usr/bin/python3";

/** Debian's interpreter with its library, as the image `python`. */
async function packPython(archive: string, root: string): Promise<void> {
  const version = (await run(python, ["-c", "import sys; print('python%d.%d' % sys.version_info[:2])"])).trim();
  const shared = (await run("ldd", [python])).match(/\/\S+/g) ?? [];
  for (const folder of ["usr/bin", "usr/lib", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of shared) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    cpSync(file, join(root, file), { dereference: true });
  }
  cpSync(python, join(root, "usr/bin", version), { dereference: true });
  symlinkSync(version, join(root, "usr/bin/python"));
  const library = join("/usr/lib", version);
  const wanted = (path: string) => !/\/(test|config-[^/]*|idlelib|dist-packages|__pycache__)(\/|$)/.test(path);
  cpSync(library, join(root, library), { recursive: true, filter: wanted });
  const image = "docker.io/library/python:latest";
  await kubets([
    "image",
    "pack",
    image,
    "--from",
    root,
    "-o",
    archive,
    "--entrypoint",
    "python",
    "--env",
    "PATH=/usr/bin:/bin",
  ]);
}

/** False where this machine has no Debian Python to pack. */
export async function loadPython(cluster: TestCluster): Promise<boolean> {
  if (!(await isThere(python, "--version")) || !readFileSync("/etc/os-release", "utf8").includes("debian"))
    return false;
  const folder = mkdtempSync(join(tmpdir(), "kubets-image-"));
  try {
    const archive = join(folder, "python.tar");
    await packPython(archive, join(folder, "root"));
    await cluster.machine("image", "load", archive);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const welcome = "<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>\n";

/** A web server with the page that tests look for. */
export const nginx = (tag: string) => ({
  name: `docker.io/library/nginx:${tag}`,
  entrypoint: ["/bin/httpd", "-f", "-p", "80", "-h", "/www"],
  files: { "/www/index.html": welcome },
});

/** A shell on the PATH, as the original has no entrypoint either. */
export const busybox = { name: "docker.io/library/busybox:latest", entrypoint: ["/bin/env"] };

const group = "admissionregistration.k8s.io/v1";
const metadata = { name: "images-of-the-node" };
const create = (cluster: TestCluster, resource: ResourceInfo<never>, object: object) =>
  cluster.client.resource(resource).create({ apiVersion: group, metadata, ...object } as KubernetesObject as never);

/** Foreign tests name images without a tag, which asks the registry each time; here the nodes' own must do. */
export async function useLoadedImages(cluster: TestCluster): Promise<void> {
  const expression = `[JSONPatch{op: "add", path: "/spec/containers/0/imagePullPolicy", value: "IfNotPresent"}]`;
  await create(cluster, resources.mutatingadmissionpolicies as ResourceInfo<never>, {
    kind: "MutatingAdmissionPolicy",
    spec: {
      reinvocationPolicy: "Never",
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
      },
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
    },
  });
  await create(cluster, resources.mutatingadmissionpolicybindings as ResourceInfo<never>, {
    kind: "MutatingAdmissionPolicyBinding",
    spec: { policyName: metadata.name },
  });
}
