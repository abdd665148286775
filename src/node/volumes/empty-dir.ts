/** A folder that lives as long as the pod, on disk or in memory. */
import { mkdir } from "node:fs/promises";
import type { corev1 } from "../../api/mod.ts";
import { bytes } from "../cgroups/resources.ts";
import { NodeError } from "../runtime/errors.ts";
import { makeVolumeFolder } from "./atomic-writer.ts";
import { isMountPoint, mountMemory } from "./mount-table.ts";

export interface EmptyDirInput {
  readonly path: string;
  readonly source: corev1.EmptyDirVolumeSource;
  readonly group: number | undefined;
  /** What the pod's containers may use of memory together; absent: no limit. */
  readonly podMemoryLimitBytes: number | undefined;
}

/** Everybody may write: the containers' users are not known. */
const mode = 0o777;

function memorySize({ source, podMemoryLimitBytes }: EmptyDirInput): number | undefined {
  const limit = source.sizeLimit === undefined ? 0 : bytes(source.sizeLimit);
  const sizes = [limit, podMemoryLimitBytes ?? 0].filter((size) => size > 0);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

export async function setUpEmptyDir(input: EmptyDirInput): Promise<string> {
  const { path, source, group } = input;
  const medium = source.medium ?? "";
  if (medium === "Memory") {
    await mkdir(path, { recursive: true });
    if (!(await isMountPoint(path))) await mountMemory(path, memorySize(input));
  } else if (medium !== "") throw new NodeError("volume", `emptyDir medium "${medium}" is not known to this node`);
  await makeVolumeFolder(path, mode, group);
  return path;
}
