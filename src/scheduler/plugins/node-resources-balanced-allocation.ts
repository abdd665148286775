import type { Plugin } from "../framework.ts";

/** Prefers nodes whose CPU and memory would be used in equal shares. */
export const nodeResourcesBalancedAllocation: Plugin = {
  name: "NodeResourcesBalancedAllocation",
  prepareScore: ({ requests }) => {
    if (requests.milliCpu === 0 && requests.memory === 0) return undefined;
    return {
      score: ({ requested, allocatable }) => {
        const cpu = share(requested.milliCpu + requests.milliCpu, allocatable.milliCpu);
        const memory = share(requested.memory + requests.memory, allocatable.memory);
        return Math.trunc((1 - Math.abs(cpu - memory) / 2) * 100);
      },
    };
  },
};

function share(used: number, capacity: number): number {
  return capacity === 0 ? 0 : Math.min(1, used / capacity);
}
