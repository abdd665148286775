/** The last two samples of everything on a node, and what lies between them. Pure. */
import type { NodeSample, Point } from "./scrape.ts";

export interface Series {
  readonly previous?: Point;
  readonly last: Point;
}

export interface NodeSeries {
  readonly node: Series | undefined;
  /** By `podKey`, then by container. */
  readonly pods: ReadonlyMap<string, ReadonlyMap<string, Series>>;
}

export interface Usage {
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

export interface MeasuredUsage extends Usage {
  /** Milliseconds since the epoch: the end of the window. */
  readonly timeMs: number;
  readonly windowMs: number;
}

/** What the sample does not have is forgotten. */
export function advance(known: NodeSeries | undefined, { node, pods }: NodeSample): NodeSeries {
  const next = new Map<string, Map<string, Series>>();
  for (const [key, containers] of pods) {
    const before = known?.pods.get(key);
    next.set(key, new Map([...containers].map(([name, point]) => [name, advanced(before?.get(name), point)])));
  }
  return { node: node && advanced(known?.node, node), pods: next };
}

function advanced(series: Series | undefined, point: Point): Series {
  // Another run of the container counts from zero again.
  if (series === undefined || point.cpuSeconds < series.last.cpuSeconds) return { last: point };
  // A node may answer with figures that it has answered with before.
  return point.timeMs <= series.last.timeMs ? series : { previous: series.last, last: point };
}

/** Nothing where there is but one sample. */
export function usageOf(series: Series | undefined): MeasuredUsage | undefined {
  if (series?.previous === undefined) return undefined;
  const { previous, last } = series;
  const windowMs = last.timeMs - previous.timeMs;
  const cpuNanocores = Math.floor(((last.cpuSeconds - previous.cpuSeconds) / windowMs) * 1e12);
  return { cpuNanocores, memoryBytes: last.memoryBytes, timeMs: last.timeMs, windowMs };
}
