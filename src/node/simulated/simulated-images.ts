/** Images of a simulated node: every name can be pulled, at once, unless the pod says otherwise. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { received } from "../cri/types.ts";
import { parseImageReference } from "../images/reference.ts";
import type { Image, ImageService, PullOptions } from "../runtime/contract.ts";
import { NodeError } from "../runtime/errors.ts";
import { pullErrorAnnotation } from "./annotations.ts";

/** What a node remembers; the oldest are forgotten, as garbage collection would. */
const maximumImages = 200;

function fullName(image: string): string {
  const { name, tag, digest } = parseImageReference(image);
  return digest === "" ? `${name}:${tag}` : `${name}@${digest}`;
}

function idOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}

export class SimulatedImages implements ImageService {
  /** By full name. */
  readonly #images = new Map<string, Image>();

  async list(): Promise<readonly Image[]> {
    return [...this.#images.values()];
  }

  async status(image: string): Promise<Image | undefined> {
    if (image.startsWith("sha256:")) return [...this.#images.values()].find(({ id }) => id === image);
    return this.#images.get(fullName(image));
  }

  async pull(image: string, { sandbox }: PullOptions): Promise<string> {
    const problem = sandbox?.annotations?.[pullErrorAnnotation];
    if (problem !== undefined) throw new NodeError("failed", problem);
    return this.#add(fullName(image)).id;
  }

  async remove(image: string): Promise<void> {
    const found = await this.status(image);
    for (const [name, one] of this.#images) if (one === found) this.#images.delete(name);
  }

  /** The file is not read: its name stands for the image. */
  async import(file: string): Promise<void> {
    this.#add(
      fullName(
        basename(file)
          .replace(/\.tar$/, "")
          .toLowerCase(),
      ),
    );
  }

  async usage(): Promise<{ usedBytes: number; mountPoint: string }> {
    return { usedBytes: 0, mountPoint: "/" };
  }

  #add(name: string): Image {
    const image = received("Image", {
      id: idOf(name),
      repoTags: name.includes("@") ? [] : [name],
      repoDigests: [`${name.split(/[:@]/)[0]}@${idOf(name)}`],
    });
    this.#images.delete(name);
    this.#images.set(name, image);
    if (this.#images.size > maximumImages) this.#images.delete(this.#images.keys().next().value!);
    return image;
  }
}
