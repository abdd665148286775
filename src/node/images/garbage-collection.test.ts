import assert from "node:assert/strict";
import { test } from "node:test";
import { received } from "../cri/types.ts";
import type { Image, Runtime } from "../runtime/contract.ts";
import { ImageCollector } from "./garbage-collection.ts";
import { pauseImage } from "./pause.ts";

const minute = 60_000;

function collectorOf(images: Image[], usedImages: () => string[], usedShare: number) {
  let now = 0;
  const runtime = {
    images: {
      list: async () => images,
      usage: async () => ({ usedBytes: 0, mountPoint: "/images" }),
      remove: async (id: string) =>
        void images.splice(
          images.findIndex((image) => image.id === id),
          1,
        ),
    },
    listContainers: async () => usedImages().map((imageRef) => received("Container", { imageRef })),
  } as unknown as Runtime;
  const disk = async () => ({ used: usedShare * 1000, total: 1000 });
  const collector = new ImageCollector({ runtime, now: () => now, log: () => {}, disk });
  const at = (time: number) => {
    now = time;
    return collector.collect();
  };
  return { at };
}

const image = (id: string, more: Partial<Image> = {}) => received("Image", { id, size: 30, ...more });

test("nothing is removed while there is room", async () => {
  const { at } = collectorOf([image("a")], () => [], 0.84);
  await at(0);
  assert.deepEqual(await at(10 * minute), []);
});

test("a full disk is freed of what was unused for longest, as far as needed", async () => {
  let used = ["a", "b"];
  const images = [image("a"), image("b"), image("c"), image("d", { size: 5 })];
  const { at } = collectorOf(images, () => used, 0.86);
  await at(1 * minute);
  used = ["a"];
  await at(2 * minute);
  used = ["d"];
  assert.deepEqual(await at(6 * minute), ["c", "b"]);
});

test("what is in use, pinned, young or the pause image stays", async () => {
  const images = [image("used"), image("pinned", { pinned: true }), image("pause", { repoTags: [pauseImage] })];
  const { at } = collectorOf(images, () => ["used"], 0.99);
  await at(0);
  images.push(image("young"));
  assert.deepEqual(await at(10 * minute), []);
});
