/** The volumes of this node's pods: set up before their containers, kept current, taken away after them. */
import { mkdir, readdir } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { corev1 } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { podLimits } from "../cgroups/resources.ts";
import type { ConfigSource } from "../environment/environment.ts";
import type { NodeFacts } from "../node-facts.ts";
import { PodPaths } from "../pod/paths.ts";
import { messageOf, NodeError } from "../runtime/errors.ts";
import { makeVolumeFolder, type Payload, writeAtomically } from "./atomic-writer.ts";
import { setUpEmptyDir } from "./empty-dir.ts";
import { setUpHostPath } from "./host-path.ts";
import { isMountPoint, mountMemory, removeFolder } from "./mount-table.ts";
import { collectPayload, payloadPlugin } from "./payloads.ts";
import { claimName, setUpClaim } from "./persistent-volume.ts";
import type { TokenManager } from "./tokens.ts";

export interface MountedVolume {
  readonly path: string;
  readonly readOnly: boolean;
}

/** By volume name. */
export type MountedVolumes = ReadonlyMap<string, MountedVolume>;

/** A seam for runtimes without files. */
export interface Volumes {
  /** Rejects with a `volume` error whose message is that of the `FailedMount` event. Safe to call again. */
  setUp(pod: corev1.Pod, addresses: readonly string[]): Promise<MountedVolumes>;
  /** Writes what has changed in the API since. */
  refresh(pod: corev1.Pod, addresses: readonly string[]): Promise<void>;
  tearDown(podUid: string): Promise<void>;
  /** The same for all pods but the known ones: an agent that was killed may have left volumes of pods that are gone by now. All are tried; rejects where one could not be taken away. */
  tearDownOthers(isKnown: (podUid: string) => boolean): Promise<void>;
}

export interface VolumeManagerOptions {
  readonly client: Client;
  readonly node: NodeFacts;
  readonly config: ConfigSource;
  readonly tokens: TokenManager;
}

export class VolumeManager implements Volumes {
  readonly #options: VolumeManagerOptions;
  readonly #paths: PodPaths;
  /** What was written last, by folder. */
  readonly #written = new Map<string, Payload>();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
    this.#paths = new PodPaths(options.node.rootDirectory);
  }

  /** Mounts the memory file system that secrets are written to. */
  async start(): Promise<void> {
    const { memory, pods } = this.#paths;
    await mkdir(pods, { recursive: true, mode: 0o750 });
    await mkdir(memory, { recursive: true, mode: 0o750 });
    if (!(await isMountPoint(memory))) await mountMemory(memory, undefined);
  }

  async setUp(pod: corev1.Pod, addresses: readonly string[]): Promise<MountedVolumes> {
    const volumes = pod.spec.volumes ?? [];
    const mounted = await Promise.all(volumes.map((volume) => this.#setUpNamed(pod, volume, addresses)));
    return new Map(volumes.map(({ name }, index) => [name, mounted[index]!]));
  }

  async refresh(pod: corev1.Pod, addresses: readonly string[]): Promise<void> {
    const written = (pod.spec.volumes ?? []).filter((volume) => payloadPlugin(volume) !== undefined);
    await Promise.all(written.map((volume) => this.#setUpPayload(pod, volume, addresses)));
  }

  async tearDown(podUid: string): Promise<void> {
    for (const path of [this.#paths.pod(podUid), this.#paths.podMemory(podUid)]) {
      await removeFolder(path);
      for (const key of this.#written.keys()) if (key.startsWith(`${path}/`)) this.#written.delete(key);
    }
    this.#options.tokens.forget(podUid);
  }

  async tearDownOthers(isKnown: (podUid: string) => boolean): Promise<void> {
    const { pods, memory } = this.#paths;
    const present = (await Promise.all([pods, memory].map((folder) => readdir(folder)))).flat();
    const others = [...new Set(present)].filter((uid) => !isKnown(uid));
    await Promise.all(others.map((uid) => this.tearDown(uid)));
  }

  async #setUpNamed(pod: corev1.Pod, volume: corev1.Volume, addresses: readonly string[]): Promise<MountedVolume> {
    try {
      return await this.#setUpOne(pod, volume, addresses);
    } catch (error) {
      throw new NodeError("volume", `MountVolume.SetUp failed for volume "${volume.name}" : ${messageOf(error)}`);
    }
  }

  async #setUpOne(pod: corev1.Pod, volume: corev1.Volume, addresses: readonly string[]): Promise<MountedVolume> {
    if (payloadPlugin(volume) !== undefined) {
      return { path: await this.#setUpPayload(pod, volume, addresses), readOnly: false };
    }
    if (volume.hostPath) return { path: await setUpHostPath(volume.hostPath), readOnly: false };
    if (claimName(pod, volume) !== undefined) return setUpClaim(this.#options.client, pod, volume);
    if (!volume.emptyDir) throw new NodeError("volume", "no volume plugin matched");
    const path = await setUpEmptyDir({
      path: this.#paths.volume(pod.metadata.uid, "kubernetes.io~empty-dir", volume.name),
      source: volume.emptyDir,
      group: pod.spec.securityContext?.fsGroup,
      podMemoryLimitBytes: podLimits(pod).memoryLimitBytes,
    });
    return { path, readOnly: false };
  }

  /** Everything that comes from the API may be secret, and lies in memory. */
  async #setUpPayload(pod: corev1.Pod, volume: corev1.Volume, addresses: readonly string[]): Promise<string> {
    const { node, config, tokens } = this.#options;
    const path = this.#paths.memoryVolume(pod.metadata.uid, payloadPlugin(volume)!, volume.name);
    const payload = await collectPayload({ pod, node, addresses, config, tokens }, volume);
    if (isDeepStrictEqual(this.#written.get(path), payload)) return path;
    const group = pod.spec.securityContext?.fsGroup;
    await makeVolumeFolder(path, 0o755, group);
    writeAtomically(path, payload, group);
    this.#written.set(path, payload);
    return path;
  }
}
