/** Where a pod's files lie under the node's root directory. */
import { join } from "node:path";
import type { corev1 } from "../../api/mod.ts";

export class PodPaths {
  readonly #root: string;

  constructor(rootDirectory: string) {
    this.#root = rootDirectory;
  }

  /** One folder for each pod, by uid. */
  get pods(): string {
    return join(this.#root, "pods");
  }

  /** A file system in memory that all pods' secrets share: they never touch the disk. */
  get memory(): string {
    return join(this.#root, "memory");
  }

  pod(uid: string): string {
    return join(this.pods, uid);
  }

  hostsFile(uid: string): string {
    return join(this.pod(uid), "etc-hosts");
  }

  /** `plugin` is the kind of volume, as the kubelet's folders name it: `kubernetes.io~empty-dir`. */
  volume(uid: string, plugin: string, name: string): string {
    return join(this.pod(uid), "volumes", plugin, name);
  }

  /** Of one pod. */
  podMemory(uid: string): string {
    return join(this.memory, uid);
  }

  memoryVolume(uid: string, plugin: string, name: string): string {
    return join(this.podMemory(uid), plugin, name);
  }

  container(uid: string, name: string): string {
    return join(this.pod(uid), "containers", name);
  }

  /** CRI's log directory of a pod. */
  logs({ metadata }: corev1.Pod): string {
    return join(this.#root, "logs", `${metadata.namespace}_${metadata.name}_${metadata.uid}`);
  }
}
