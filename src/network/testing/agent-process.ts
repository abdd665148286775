/** A process for tests: a network agent over the objects given on standard input as JSON; prints a line when it has started. */
import { text } from "node:stream/consumers";
import { builtInResources, type KubernetesObject, type ResourceInfo } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { NetworkAgent, type NetworkAgentOptions } from "../network-agent.ts";
import { MemoryObjects, readingContext } from "./objects.ts";

export interface AgentInput {
  readonly options: NetworkAgentOptions;
  readonly objects: readonly KubernetesObject[];
}

const input = JSON.parse(await text(process.stdin)) as AgentInput;
const objects = new MemoryObjects();
for (const object of input.objects) {
  objects.put(builtInResources.ofKind(object.apiVersion, object.kind) as ResourceInfo<KubernetesObject>, object);
}
/** Says on standard output what would be written to the Node. */
const nodeClient = {
  resource: () => ({
    patch: async (_name: string, patch: unknown) => process.stdout.write(`patch ${JSON.stringify(patch)}\n`),
  }),
} as unknown as Client;
const agent = new NetworkAgent({ ...input.options, nodeClient }, readingContext(objects));
await agent.start();
process.stdout.write("started\n");
process.on("SIGTERM", () => void agent.stop());
