/** The mounts of one container. */
import { join } from "node:path";
import type { corev1 } from "../../api/mod.ts";
import type { Message } from "../cri/types.ts";
import { expand } from "../environment/expand.ts";
import type { PodPaths } from "../pod/paths.ts";
import { NodeError } from "../runtime/errors.ts";
import { bindSubPath } from "./sub-path.ts";
import type { MountedVolumes } from "./volume-manager.ts";

export type Mount = Message<"Mount">;

export interface ContainerMountsInput {
  readonly pod: corev1.Pod;
  readonly container: corev1.Container;
  readonly volumes: MountedVolumes;
  readonly environment: ReadonlyMap<string, string>;
  readonly paths: PodPaths;
}

const propagations: Readonly<Record<string, NonNullable<Mount["propagation"]>>> = {
  None: "PROPAGATION_PRIVATE",
  HostToContainer: "PROPAGATION_HOST_TO_CONTAINER",
  Bidirectional: "PROPAGATION_BIDIRECTIONAL",
};

function subPathOf(mount: corev1.VolumeMount, environment: ReadonlyMap<string, string>): string {
  if (!mount.subPathExpr) return mount.subPath ?? "";
  const path = expand(mount.subPathExpr, environment);
  const missing = /\$\(([^)]*)\)/.exec(path);
  if (missing) {
    throw new NodeError("create-config", `missing value for "${missing[1]}"`);
  }
  return path;
}

async function volumeMount(input: ContainerMountsInput, mount: corev1.VolumeMount, index: number): Promise<Mount> {
  const volume = input.volumes.get(mount.name);
  if (volume === undefined) {
    throw new NodeError(
      "create-config",
      `cannot find volume "${mount.name}" to mount into container "${input.container.name}"`,
    );
  }
  const subPath = subPathOf(mount, input.environment);
  const readOnly = mount.readOnly === true || volume.readOnly;
  const folder = join(input.paths.pod(input.pod.metadata.uid), "volume-subpaths", mount.name, input.container.name);
  const hostPath =
    subPath === ""
      ? volume.path
      : await bindSubPath({ volume: volume.path, subPath, target: join(folder, String(index)), readOnly });
  return {
    hostPath,
    containerPath: mount.mountPath.startsWith("/") ? mount.mountPath : `/${mount.mountPath}`,
    readonly: readOnly,
    propagation: propagations[mount.mountPropagation ?? "None"]!,
  };
}

/** Without the agent's own mounts (`/etc/hosts`, the termination message). */
export async function containerMounts(input: ContainerMountsInput): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, mount] of (input.container.volumeMounts ?? []).entries()) {
    mounts.push(await volumeMount(input, mount, index));
  }
  return mounts;
}
