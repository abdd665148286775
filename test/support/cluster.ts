/** A real cluster of one's own for a test: started and ended by `bin/kubets`, its data in a temporary folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject, ResourceInfo } from "../../src/api/mod.ts";
import { type Client, createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";
import { clusterNames, identify, isAlive } from "../../src/cluster/state.ts";
import { type CommandOptions, kubets, type Output, tryKubets } from "./command.ts";
import { type Place, until, untilAll } from "./until.ts";

/** The process that owns a test cluster is in its name, so that the next test can end what a killed one left. */
const namePattern = /^e2e-(\d+)-\d+$/;
let count = 0;

async function endAbandoned(): Promise<void> {
  for (const name of clusterNames()) {
    const owner = namePattern.exec(name)?.[1];
    if (owner && !isAlive(identify(Number(owner)))) await kubets(["down", "--name", name]);
  }
}

export class TestCluster {
  readonly name: string;
  readonly folder: string;
  readonly data: string;
  readonly kubeconfig: string;
  readonly #flags: readonly string[];
  #client: Client | undefined;

  private constructor(name: string, flags: readonly string[]) {
    this.name = name;
    this.folder = mkdtempSync(join(tmpdir(), "kubets-e2e-"));
    this.data = join(this.folder, "data");
    this.kubeconfig = join(this.folder, "kubeconfig");
    this.#flags = flags;
  }

  /** Resolves when it is ready; `flags` are those of `kubets up`. */
  static async start(...flags: readonly string[]): Promise<TestCluster> {
    await endAbandoned();
    count += 1;
    const cluster = new TestCluster(`e2e-${process.pid}-${count}`, flags);
    try {
      await cluster.up();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Also starts it again after a crash or `down --keep-data`. */
  async up(): Promise<string> {
    const fixed = ["--name", this.name, "--data", this.data, "--kubeconfig", this.kubeconfig, "--port", "0"];
    const answer = await kubets(["up", ...fixed, ...this.#flags], { timeoutMs: 180_000 });
    await this.#forgetClient();
    return answer;
  }

  async down(...flags: readonly string[]): Promise<string> {
    await this.#forgetClient();
    return this.machine("down", ...flags);
  }

  /** A client over HTTP, as the administrator. */
  get client(): Client {
    this.#client ??= createClient(httpTransport(loadKubeconfig(this.kubeconfig)));
    return this.#client;
  }

  async #forgetClient(): Promise<void> {
    await this.#client?.transport.close();
    this.#client = undefined;
  }

  /** A kubectl verb on this cluster; answers what it printed. */
  kubectl(...args: readonly string[]): Promise<string> {
    return kubets(args, { environment: { KUBECONFIG: this.kubeconfig } });
  }

  /** The same where it may fail. */
  tryKubectl(args: readonly string[], options: CommandOptions = {}): Promise<Output> {
    return tryKubets(args, { ...options, environment: { KUBECONFIG: this.kubeconfig, ...options.environment } });
  }

  /** A command that concerns the cluster's machine, such as `image load`. */
  machine(...args: readonly string[]): Promise<string> {
    return kubets([...args, "--name", this.name]);
  }

  until<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    name: string,
    place: Place,
    condition: (object: T) => boolean,
  ): Promise<T> {
    return until(this.client, resource, name, place, condition);
  }

  untilAll<T extends KubernetesObject>(
    resource: ResourceInfo<T>,
    place: Place,
    condition: (objects: readonly T[]) => boolean,
  ): Promise<readonly T[]> {
    return untilAll(this.client, resource, place, condition);
  }

  /** Safe after any failure. */
  async stop(): Promise<void> {
    await this.#forgetClient();
    if (clusterNames().includes(this.name)) await this.machine("down");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
