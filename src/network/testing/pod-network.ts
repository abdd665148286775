/** A small cluster network for tests: two nodes with pods, joined by a fabric, routes and a service proxy on each node. */
import { type corev1, resources } from "../../api/mod.ts";
import { createFabric, destroyFabric, type Fabric } from "../fabric/fabric.ts";
import { namespacePrefix } from "../fabric/plan.ts";
import { ServiceProxy } from "../proxy/service-proxy.ts";
import { RouteSync } from "../routes/route-sync.ts";
import { uniqueName } from "./namespaces.ts";
import { MemoryObjects, readingContext } from "./objects.ts";
import { type TestPod, TestPods } from "./pods.ts";

const podNetwork = "10.244.0.0/16";

export interface PodNetwork {
  readonly objects: MemoryObjects;
  readonly fabric: Fabric;
  readonly pods: TestPods;
  /** A pod on node `a` or `b`, with a server. */
  addPod(name: string, node: string, address: string, port: number): Promise<TestPod>;
  remove(): Promise<void>;
}

export async function createPodNetwork(): Promise<PodNetwork> {
  const cluster = uniqueName();
  const fabric = await createFabric({ cluster, serviceNetwork: "10.96.0.0/16" });
  const objects = new MemoryObjects();
  const pods = new TestPods();
  for (const [index, name] of ["a", "b"].entries()) {
    await fabric.addNode(name);
    objects.put(resources.nodes, nodeObject(name, fabric.node(name).address, `10.244.${index}.0/24`));
  }
  const context = readingContext(objects);
  const parts = ["a", "b", undefined].flatMap((nodeName) => {
    const namespace = nodeName === undefined ? fabric.namespace : fabric.node(nodeName).namespace;
    return [
      new RouteSync({ nodeName, namespace }, context),
      new ServiceProxy({ nodeName, namespace, podNetwork }, context),
    ];
  });
  for (const part of parts) await part.start();
  return {
    objects,
    fabric,
    pods,
    addPod: (name, node, address, port) =>
      pods.add({ prefix: `${namespacePrefix(cluster)}node`, name, node: fabric.node(node).namespace, address, port }),
    async remove() {
      for (const part of parts) await part.stop();
      await pods.removeAll();
      await destroyFabric(cluster);
    },
  };
}

function nodeObject(name: string, address: string, podCIDR: string): corev1.Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    spec: { podCIDR },
    status: { addresses: [{ type: "InternalIP", address }] },
  } as unknown as corev1.Node;
}
