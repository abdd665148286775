/** Volumes and files of pods that have no containers: what they refer to must exist, nothing is written. */
import type { corev1 } from "../../api/mod.ts";
import type { ConfigSource } from "../environment/environment.ts";
import type { PodFiles } from "../pod/pod-files.ts";
import { NodeError } from "../runtime/errors.ts";
import type { MountedVolumes, Volumes } from "../volumes/volume-manager.ts";

export class SimulatedVolumes implements Volumes {
  readonly #config: ConfigSource;

  constructor(config: ConfigSource) {
    this.#config = config;
  }

  async setUp(pod: corev1.Pod): Promise<MountedVolumes> {
    const volumes = pod.spec.volumes ?? [];
    await Promise.all(volumes.map((volume) => this.#check(pod.metadata.namespace, volume)));
    return new Map(volumes.map(({ name }) => [name, { path: "", readOnly: false }]));
  }

  async refresh(): Promise<void> {}

  async tearDown(): Promise<void> {}

  async tearDownOthers(): Promise<void> {}

  async #check(namespace: string, { name, configMap, secret }: corev1.Volume): Promise<void> {
    const fail = (what: string) => {
      throw new NodeError("volume", `MountVolume.SetUp failed for volume "${name}" : ${what} not found`);
    };
    if (configMap?.name && !configMap.optional) {
      if (!(await this.#config.configMap(namespace, configMap.name))) fail(`configmap "${configMap.name}"`);
    }
    if (secret?.secretName && !secret.optional) {
      if (!(await this.#config.secret(namespace, secret.secretName))) fail(`secret "${secret.secretName}"`);
    }
  }
}

export class SimulatedPodFiles implements PodFiles {
  async prepareContainer(): Promise<undefined> {
    return undefined;
  }

  async terminationMessage(): Promise<string> {
    return "";
  }

  async removeLogs(): Promise<void> {}
}
