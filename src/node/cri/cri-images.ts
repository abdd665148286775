/** Images through CRI; loading files through containerd's own `ctr`, because CRI has no import. */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Image, ImageService, PullOptions } from "../runtime/contract.ts";
import { messageOf, NodeError } from "../runtime/errors.ts";
import type { CriClient } from "./client.ts";

const run = promisify(execFile);
/** A large image over a slow line; upstream sets no limit but that of progress. */
const pullTimeoutMs = 30 * 60_000;
/** After an import CRI learns of the image by an event; this is how long that is waited for. */
const visibleWithinMs = 10_000;

/** The names in `ctr images import`'s lines: `unpacking docker.io/library/a:1 (sha256:…)...done`. */
function importedNames(output: string): string[] {
  return [...output.matchAll(/^unpacking (\S+) \(/gm)].map((match) => match[1]!);
}

/** What `ctr` itself said, where it said something: the error of the call begins with all of its arguments. */
function ctrMessage(error: unknown): string {
  const { stderr } = error as { readonly stderr?: string };
  return stderr?.trim() || messageOf(error);
}

export class CriImageService implements ImageService {
  readonly #client: CriClient;
  readonly #socket: string;

  constructor(client: CriClient, socket: string) {
    this.#client = client;
    this.#socket = socket;
  }

  async list(): Promise<readonly Image[]> {
    return (await this.#client.call("ImageService", "ListImages", {})).images;
  }

  async status(image: string): Promise<Image | undefined> {
    return (await this.#client.call("ImageService", "ImageStatus", { image: { image } })).image ?? undefined;
  }

  async pull(image: string, { auth, sandbox, signal }: PullOptions): Promise<string> {
    const request = { image: { image }, ...(auth && { auth }), ...(sandbox && { sandboxConfig: sandbox }) };
    const options = { timeoutMs: pullTimeoutMs, ...(signal && { signal }) };
    return (await this.#client.call("ImageService", "PullImage", request, options)).imageRef;
  }

  async remove(image: string): Promise<void> {
    await this.#client.call("ImageService", "RemoveImage", { image: { image } });
  }

  async usage(): Promise<{ usedBytes: number; mountPoint: string }> {
    const { imageFilesystems } = await this.#client.call("ImageService", "ImageFsInfo", {});
    const first = imageFilesystems[0];
    return { usedBytes: first?.usedBytes?.value ?? 0, mountPoint: first?.fsId?.mountpoint ?? "" };
  }

  async import(file: string): Promise<void> {
    const command = ["--address", this.#socket, "--namespace", "k8s.io", "images", "import", file];
    const output = await run("ctr", command, { maxBuffer: 4 * 1024 * 1024 }).catch((error: unknown) => {
      throw new NodeError("image", `image file ${file} could not be loaded: ${ctrMessage(error)}`);
    });
    for (const name of importedNames(output.stdout)) await this.#waitUntilVisible(name);
  }

  async #waitUntilVisible(name: string): Promise<void> {
    const end = performance.now() + visibleWithinMs;
    while ((await this.status(name)) === undefined) {
      if (performance.now() > end) throw new NodeError("image", `image ${name} was loaded and did not appear`);
      await delay(10);
    }
  }
}
