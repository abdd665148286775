/** `componentstatuses`: an old way to ask how the control plane is. All of it is this process. */
import { type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import { notFound } from "../errors.ts";
import { Entry } from "../registry/cache/entry.ts";
import { storedForm, withRevision } from "../registry/cache/stored-form.ts";
import type { Strategy } from "../registry/strategy.ts";
import { View } from "../registry/view.ts";
import type { Endpoint } from "../request/call.ts";

const info = resources.componentstatuses as unknown as ResourceInfo<KubernetesObject>;
const names = ["scheduler", "controller-manager", "etcd-0"];

export function componentStatusEndpoint(strategy: Strategy<KubernetesObject>): Endpoint {
  const view = new View(info, strategy);
  return {
    list: async () => ({ type: "entries", view, entries: names.map(entryOf), metadata: {} }),
    get: async ({ operation: { name } }) => {
      if (!names.includes(name)) throw notFound({ ...info, resource: "componentstatus" }, name);
      return { type: "entry", status: 200, view, entry: entryOf(name) };
    },
  };
}

/** Who answers is healthy: the components live and die with this process. */
function entryOf(name: string): Entry {
  const form = storedForm(info);
  const conditions = [{ type: "Healthy", status: "True", message: "ok" }];
  const object = { kind: info.kind, apiVersion: "v1", metadata: { name }, conditions } as unknown as KubernetesObject;
  return new Entry("", 0, form.encode(object), form, withRevision(object, 0));
}
