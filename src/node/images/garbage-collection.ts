/** Frees disk from images that no container uses, when the disk is nearly full: those unused for longest first. */
import { statfs } from "node:fs/promises";
import type { Image, Runtime } from "../runtime/contract.ts";
import { messageOf } from "../runtime/errors.ts";
import { pauseImage } from "./pause.ts";

/** As upstream's defaults: collection begins above the one share of the disk and ends below the other. */
const highShare = 0.85;
const lowShare = 0.8;
/** What was pulled a moment ago is about to be used. */
const minimumAgeMs = 2 * 60_000;

export interface CollectorContext {
  readonly runtime: Runtime;
  now(): number;
  log(details: object, message: string): void;
  /** Used and total bytes of the file system at a path. */
  readonly disk?: (path: string) => Promise<{ readonly used: number; readonly total: number }>;
}

async function diskAt(path: string): Promise<{ used: number; total: number }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { used: (blocks - bavail) * bsize, total: blocks * bsize };
}

export class ImageCollector {
  readonly #context: CollectorContext;
  /** When an image was first seen and last in use, by id. */
  readonly #seen = new Map<string, { readonly firstSeen: number; lastUsed: number }>();

  constructor(context: CollectorContext) {
    this.#context = context;
  }

  /** Answers the ids of the images removed. */
  async collect(): Promise<string[]> {
    const { runtime, disk = diskAt } = this.#context;
    const unused = await this.#unused();
    const { mountPoint } = await runtime.images.usage();
    if (mountPoint === "") return [];
    const { used, total } = await disk(mountPoint);
    if (used <= total * highShare) return [];
    return this.#free(unused, used - total * lowShare);
  }

  /** Unused for longest first. */
  async #unused(): Promise<Image[]> {
    const { runtime, now } = this.#context;
    const [images, containers] = await Promise.all([runtime.images.list(), runtime.listContainers()]);
    const inUse = new Set(
      containers.flatMap(({ imageRef, image, imageId }) => [imageRef, imageId, image?.image ?? ""]),
    );
    const present = new Set(images.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    const unused = images.filter((image) => {
      const seen = this.#seen.get(image.id) ?? { firstSeen: now(), lastUsed: 0 };
      this.#seen.set(image.id, seen);
      const used = [image.id, ...image.repoTags, ...image.repoDigests].some((name) => inUse.has(name));
      if (used) seen.lastUsed = now();
      const kept = used || image.pinned || image.repoTags.includes(pauseImage);
      return !kept && now() - seen.firstSeen >= minimumAgeMs;
    });
    return unused.sort((a, b) => this.#seen.get(a.id)!.lastUsed - this.#seen.get(b.id)!.lastUsed);
  }

  async #free(images: readonly Image[], bytes: number): Promise<string[]> {
    const { runtime, log } = this.#context;
    const removed: string[] = [];
    let left = bytes;
    for (const { id, size } of images) {
      if (left <= 0) break;
      try {
        await runtime.images.remove(id);
        removed.push(id);
        left -= size;
      } catch (error) {
        log({ image: id, error: messageOf(error) }, "an unused image was not removed");
      }
    }
    return removed;
  }
}
