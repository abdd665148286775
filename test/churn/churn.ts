/** Rounds of a minute: a namespace and a kind are made, objects live in them at an even pace, and all goes again; then the server is measured. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isNotFound, type KubernetesObject, type ResourceInfo, resources } from "../../src/api/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { processesOf } from "../support/kill.ts";
import { InspectedProcess, inspectableOptions, type Memory } from "./inspected-process.ts";
import { lives } from "./lives.ts";

export interface ChurnOptions {
  readonly rounds: number;
  readonly roundMs: number;
  /** Lives begun a second. */
  readonly rate: number;
  onRound?(round: Round): void;
}

export interface Round {
  readonly controlPlane: Memory;
  readonly supervisor: Memory;
  /** So far. */
  readonly lives: number;
  readonly failed: number;
  /** Of the control plane, in this round. */
  readonly processorSeconds: number;
}

/** Of a round, for the lives; the rest is for what they leave to be done, and for quiet. */
const busyShare = 0.75;
/** The informers' last events and the answers under way, and then as long as a process takes to give free memory back (`give-back.ts`). */
const quietMs = 12_000;
/** The machine may have much else to do for minutes. */
const timeoutMs = 300_000;
const group = "churn.example.com";
const things = {
  ...resources.configmaps,
  ...{ group, version: "v1", apiVersion: `${group}/v1`, resource: "things", kind: "Thing", listKind: "ThingList" },
  schema: undefined,
  listSchema: undefined,
} as unknown as ResourceInfo<KubernetesObject>;

export async function churn(options: ChurnOptions): Promise<readonly Round[]> {
  process.env["NODE_OPTIONS"] = inspectableOptions;
  const cluster = await TestCluster.start("--runtime", "simulated", "--nodes", "5");
  const inspected: InspectedProcess[] = [];
  try {
    for (const role of ["control-plane", "supervisor"]) {
      const [pid] = (await processesOf(cluster, role)) as [number];
      inspected.push(await InspectedProcess.open(pid, `${cluster.data}/logs/${role}.log`));
    }
    return await new Churn(cluster, inspected, options).run();
  } finally {
    for (const one of inspected) one.close();
    await cluster.stop();
    delete process.env["NODE_OPTIONS"];
  }
}

class Churn {
  readonly #cluster: TestCluster;
  readonly #inspected: readonly InspectedProcess[];
  readonly #options: ChurnOptions;
  #begun = 0;
  #failed = 0;

  constructor(cluster: TestCluster, inspected: readonly InspectedProcess[], options: ChurnOptions) {
    this.#cluster = cluster;
    this.#inspected = inspected;
    this.#options = options;
  }

  async run(): Promise<readonly Round[]> {
    const rounds: Round[] = [];
    while (rounds.length < this.#options.rounds) {
      const round = await this.#round(`churn-${rounds.length}`);
      rounds.push(round);
      this.#options.onRound?.(round);
    }
    return rounds;
  }

  async #round(namespace: string): Promise<Round> {
    const began = performance.now();
    const [{ pid }] = this.#inspected as [InspectedProcess];
    const spent = processorSeconds(pid);
    await this.#busy(namespace, began + busyShare * this.#options.roundMs);
    await delay(Math.max(quietMs, began + this.#options.roundMs - performance.now()));
    const [controlPlane, supervisor] = await Promise.all(this.#inspected.map((one) => one.memory()));
    return {
      controlPlane: controlPlane!,
      supervisor: supervisor!,
      lives: this.#begun,
      failed: this.#failed,
      processorSeconds: processorSeconds(pid) - spent,
    };
  }

  async #busy(namespace: string, until: number): Promise<void> {
    const { client } = this.#cluster;
    await client.resource(resources.namespaces).create({ metadata: { name: namespace }, spec: {} });
    await this.#define();
    const running: Promise<void>[] = [];
    for (let next = performance.now(); next < until; next += 1000 / this.#options.rate) {
      await delay(Math.max(0, next - performance.now()));
      running.push(this.#live(namespace));
    }
    await Promise.all(running);
    await client.resource(resources.customresourcedefinitions).delete(`things.${group}`);
    await client.resource(resources.namespaces).delete(namespace);
    await this.#cluster.untilAll(
      resources.namespaces,
      { timeoutMs },
      (all) => !all.some(({ metadata }) => metadata.name === namespace),
    );
    await this.#cluster.untilAll(resources.customresourcedefinitions, { timeoutMs }, (all) => all.length === 0);
  }

  async #live(namespace: string): Promise<void> {
    const count = this.#begun++;
    const life = lives[count % lives.length]!;
    try {
      await life({ cluster: this.#cluster, namespace, name: `${life.name.toLowerCase()}-${count}`, things });
    } catch (error) {
      this.#failed++;
      process.stderr.write(`${life.name} failed: ${error instanceof Error ? error.stack : error}\n`);
    }
  }

  async #define(): Promise<void> {
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } as const;
    const spec = {
      group,
      scope: "Namespaced",
      names: { plural: "things", kind: "Thing" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    };
    const metadata = { name: `things.${group}` };
    await this.#cluster.client.resource(resources.customresourcedefinitions).create({ metadata, spec });
    for (;;) {
      try {
        await this.#cluster.client.resource(things).list({});
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await delay(50);
      }
    }
  }
}

/** User and system time of a process with all its threads. */
function processorSeconds(pid: number): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return (user! + system!) / 100;
}
