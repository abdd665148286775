/** Reads the profiles that `node --cpu-prof` writes: where the main thread's time went, by part of the program, between two moments. */
import { readFileSync } from "node:fs";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Share of each part, of the time in which the thread was not idle; and how much of the whole time that was. */
export interface Shares {
  readonly busy: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** `src/apiserver/registry/create.ts` is of the part `apiserver/registry`; Node's own modules and packages go by their name. */
function partOf({ url, functionName }: ProfileNode["callFrame"]): string | undefined {
  if (functionName.startsWith("(")) return functionName.slice(1, -1);
  if (url.startsWith("node:")) return url.split("/").slice(0, 2).join("/");
  const [, dependency] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency) return dependency;
  const [, path] = /\/(?:src|dist)\/(.+)$/.exec(url) ?? [];
  return path
    ?.split("/")
    .slice(0, 2)
    .join("/")
    .replace(/\.[jt]s$/, "");
}

/** Each node's part: its own, or where it is V8's (a sort, a regular expression) that of the function that called it. */
function partsOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const visit = (node: ProfileNode, above: string): void => {
    const part = partOf(node.callFrame) ?? above;
    parts.set(node.id, part);
    for (const child of node.children ?? []) visit(byId.get(child)!, part);
  };
  const [root] = nodes;
  if (root) visit(root, "");
  return parts;
}

export class CpuProfile {
  readonly #profile: Profile;
  readonly #parts: ReadonlyMap<number, string>;

  constructor(file: string) {
    this.#profile = JSON.parse(readFileSync(file, "utf8")) as Profile;
    this.#parts = partsOf(this.#profile.nodes);
  }

  /** From and to: microseconds of the monotonic clock. */
  between(from: number, to: number): Shares {
    const { samples, timeDeltas, startTime } = this.#profile;
    const times = new Map<string, number>();
    let at = startTime;
    samples.forEach((sample, n) => {
      const spent = timeDeltas[n] ?? 0;
      at += spent;
      if (at < from || at > to) return;
      const part = this.#parts.get(sample) ?? "";
      times.set(part, (times.get(part) ?? 0) + spent);
    });
    const idle = times.get("idle") ?? 0;
    times.delete("idle");
    const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
    const parts = Object.fromEntries([...times].map(([part, time]) => [part, time / busy]));
    return { busy: busy / (busy + idle), parts };
  }
}
