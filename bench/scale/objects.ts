/** Objects of 1 kB: lists of all of them, once a second, and what that does to others. */
import { callTogether } from "./calls.ts";
import { nameOf, storeConfigMaps } from "./stored-objects.ts";
import { type Figure, withCluster } from "./trial.ts";

const seconds = 10;
const maps = "/api/v1/namespaces/default/configmaps";
const lists = {
  whole: `${maps}?resourceVersion=0`,
  paged: `${maps}?limit=500`,
} as const;

export function objectsTrial(objects: number): Promise<Figure> {
  return withCluster({ nodes: 0, store: (folder) => storeConfigMaps(folder, objects) }, async (trial) => {
    const { kubeconfig, readyMs } = trial.cluster;
    const others = { path: `${maps}/${nameOf(0)}`, everyMs: 5 };
    const [alone] = await callTogether(kubeconfig, [others], seconds);
    const spent = await trial.processorSeconds();
    const [beside, whole] = await callTogether(kubeconfig, [others, { path: lists.whole, everyMs: 1000 }], seconds);
    const listed = (await trial.processorSeconds()) - spent;
    const [besidePages] = await callTogether(kubeconfig, [others, { path: lists.paged, everyMs: 10 }], seconds);
    return {
      along: "objects",
      size: objects,
      values: {
        readySeconds: readyMs / 1000,
        aloneP99Milliseconds: alone!.p99Milliseconds,
        aloneMaximumMilliseconds: alone!.maximumMilliseconds,
        besideListsP99Milliseconds: beside!.p99Milliseconds,
        besideListsMaximumMilliseconds: beside!.maximumMilliseconds,
        besidePagesMaximumMilliseconds: besidePages!.maximumMilliseconds,
        lists: whole!.count,
        listSeconds: whole!.p50Milliseconds / 1000,
        listProcessorSeconds: listed / Math.max(1, whole!.count),
        residentMebibytes: await trial.residentMebibytes(),
      },
    };
  });
}
