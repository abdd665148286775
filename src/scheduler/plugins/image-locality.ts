import type { Plugin } from "../framework.ts";

const mebibyte = 1024 * 1024;
/** Below this sum of image sizes a node gains nothing; above the largest, per container, nothing more. */
const smallest = 23 * mebibyte;
const largestPerContainer = 1000 * mebibyte;

/** Prefers nodes that hold the pod's images, weighed by size and by how many nodes hold them: a rare image must not draw all pods to one node. */
export const imageLocality: Plugin = {
  name: "ImageLocality",
  prepareScore: ({ pod }, _nodes, snapshot) => {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const images = containers.map((container) => normalizedName(container.image ?? ""));
    const spreads = new Map(images.map((image) => [image, snapshot.imageSpread(image) / snapshot.nodes.length]));
    const held = images.filter((image) => spreads.get(image)! > 0);
    if (held.length === 0) return undefined;
    const largest = largestPerContainer * containers.length;
    return {
      score: (node) => {
        const sum = held.reduce(
          (total, image) => total + Math.trunc((node.images.get(image) ?? 0) * spreads.get(image)!),
          0,
        );
        const within = Math.min(largest, Math.max(smallest, sum));
        return Math.trunc((100 * (within - smallest)) / (largest - smallest));
      },
    };
  },
};

/** Node status lists images with a tag. */
function normalizedName(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}
