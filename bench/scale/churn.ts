/** Pods made at an even rate through a Job's life: scheduled, run to their end by a simulated node, deleted. Falling behind is seen in what is left. */
import { setTimeout as delay } from "node:timers/promises";
import { type corev1, type Draft, resources } from "../../src/api/mod.ts";
import { percentile } from "../report.ts";
import { type Figure, type TrialCluster, withCluster } from "./trial.ts";

const nodes = 100;
const seconds = 30;
const tickMs = 100;

/** `rate`: pods a minute. */
export function churnTrial(rate: number): Promise<Figure> {
  return withCluster({ nodes: 0, simulatedNodes: nodes }, async (trial) => {
    const spent = await trial.processorSeconds();
    const pods = new Pods(trial);
    const watching = pods.follow();
    const lateMs = await pods.make(rate);
    const left = pods.present;
    await pods.empty(60_000);
    const processor = (await trial.processorSeconds()) - spent;
    pods.stop();
    await watching;
    return {
      along: "pods a minute",
      size: rate,
      values: {
        made: pods.made,
        ready: pods.ready,
        leftAtTheEnd: left,
        lateMilliseconds: lateMs,
        readyP50Milliseconds: pods.readyAfter(0.5),
        readyP99Milliseconds: pods.readyAfter(0.99),
        podMilliseconds: (processor * 1000) / pods.made,
        residentMebibytes: await trial.residentMebibytes(),
      },
    };
  });
}

function pod(name: string): Draft<corev1.Pod> {
  const containers = [{ name: "main", image: "example.com/main:1" }];
  return { metadata: { name }, spec: { containers, terminationGracePeriodSeconds: 0 } } as unknown as Draft<corev1.Pod>;
}

/** Each pod is deleted as soon as it is ready. */
class Pods {
  made = 0;
  ready = 0;
  present = 0;
  readonly #pods: ReturnType<TrialCluster["client"]["resource"]>;
  readonly #abort = new AbortController();
  readonly #madeAt = new Map<string, number>();
  readonly #waited: number[] = [];

  constructor({ client }: TrialCluster) {
    this.#pods = client.resource(resources.pods) as unknown as ReturnType<TrialCluster["client"]["resource"]>;
  }

  /** Makes pods for so long; answers how late the last was. */
  async make(rate: number): Promise<number> {
    const began = performance.now();
    const total = Math.round((rate / 60) * seconds);
    const making: Promise<unknown>[] = [];
    while (this.made < total) {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 60_000) * rate) + 1);
      while (this.made < due) making.push(this.#makeOne(`churn-${this.made++}`));
      await delay(tickMs);
    }
    await Promise.all(making);
    return Math.max(0, performance.now() - began - seconds * 1000);
  }

  async #makeOne(name: string): Promise<void> {
    this.#madeAt.set(name, performance.now());
    this.present++;
    await this.#pods.create(pod(name) as never, { namespace: "default" });
  }

  async follow(): Promise<void> {
    const { signal } = this.#abort;
    const { metadata } = await this.#pods.list({ namespace: "default" });
    const { resourceVersion } = metadata;
    try {
      for await (const { type, object } of this.#pods.watch({ namespace: "default", resourceVersion, signal }))
        this.#see(type, object as corev1.Pod);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #see(type: string, { metadata: { name, deletionTimestamp }, status }: corev1.Pod): void {
    if (type === "DELETED") this.present--;
    const madeAt = this.#madeAt.get(name);
    if (madeAt === undefined || deletionTimestamp || type === "DELETED") return;
    if (!status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True")) return;
    this.#madeAt.delete(name);
    this.#waited.push(performance.now() - madeAt);
    this.ready++;
    void this.#pods.delete(name, { namespace: "default" }).catch(() => {});
  }

  readyAfter(share: number): number {
    return percentile(
      this.#waited.toSorted((a, b) => a - b),
      share,
    );
  }

  async empty(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while (this.present > 0 && performance.now() < until) await delay(tickMs);
  }

  stop(): void {
    this.#abort.abort();
  }
}
