/** A process of its own with many watches of the ConfigMaps of one label. `node watcher.ts KUBECONFIG WATCHES EVENTS`; ends when each has seen so many. */
import { resources } from "../../src/api/mod.ts";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";

const [kubeconfig, watches, events] = process.argv.slice(2) as [string, string, string];
const transport = httpTransport(loadKubeconfig(kubeconfig));
const maps = createClient(transport).resource(resources.configmaps);
const labelSelector = "bench=watch";
const { metadata } = await maps.list({ labelSelector });

async function follow(): Promise<void> {
  let seen = 0;
  for await (const _ of maps.watch({ labelSelector, resourceVersion: metadata.resourceVersion }))
    if (++seen === Number(events)) return;
  throw new Error(`a watch ended after ${seen} events`);
}

const following = Array.from({ length: Number(watches) }, follow);
process.stdout.write("\n");
await Promise.all(following);
process.exit();
