/** Images for tests, packed from the machine's static busybox. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestCluster } from "./cluster.ts";
import { kubets } from "./command.ts";

const applets =
  "sh cat echo httpd wget nc nslookup sleep hostname env ls tar rm touch date mkdir grep head gzip seq uptime true false".split(
    " ",
  );

export interface TestImage {
  readonly name: string;
  readonly entrypoint: readonly string[];
  /** Path in the image to content. */
  readonly files?: Readonly<Record<string, string>>;
}

function writeRoot(root: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "tmp"), { mode: 0o777 });
  copyFileSync("/bin/busybox", join(root, "bin/busybox"));
  chmodSync(join(root, "bin/busybox"), 0o755);
  for (const applet of applets) symlinkSync("busybox", join(root, "bin", applet));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o755 });
  }
}

/** Packs images with a shell and loads them onto every node. */
export async function loadImages(cluster: TestCluster, ...images: readonly TestImage[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kubets-image-"));
  const pack = async ({ name, entrypoint, files = {} }: TestImage, index: number) => {
    const [root, archive] = [join(folder, `root-${index}`), join(folder, `image-${index}.tar`)];
    writeRoot(root, files);
    await kubets(["image", "pack", name, "--from", root, "-o", archive, "--entrypoint", ...entrypoint]);
    return archive;
  };
  try {
    await cluster.machine("image", "load", ...(await Promise.all(images.map(pack))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
