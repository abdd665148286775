/** Puts one request through one plugin, for tests. */
import { allResources, clone, type KubernetesObject, type ResourceInfo } from "../../api/mod.ts";
import { UnionAuthorizer } from "../../auth/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin, Operation } from "../contract.ts";

export interface Question {
  readonly operation?: Operation;
  /** Its kind tells the resource where `resource` does not. */
  readonly object?: object;
  readonly oldObject?: object;
  readonly resource?: ResourceInfo<never>;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly user?: AdmissionAttributes["user"];
  readonly dryRun?: boolean;
  readonly warn?: (message: string) => void;
}

function resourceOf(question: Question): ResourceInfo {
  if (question.resource) return question.resource as ResourceInfo;
  const { apiVersion, kind } = (question.object ?? question.oldObject) as KubernetesObject;
  return allResources.find((found) => found.apiVersion === apiVersion && found.kind === kind)!;
}

/** Answers the object as the plugin left it, or rejects as the plugin does. */
export async function ask<T>(plugin: AdmissionPlugin, question: Question): Promise<T> {
  const object = question.object && (clone(question.object) as KubernetesObject);
  const oldObject = question.oldObject as KubernetesObject | undefined;
  const metadata = (object ?? oldObject)?.metadata;
  const attributes: AdmissionAttributes = {
    operation: question.operation ?? (oldObject ? "UPDATE" : "CREATE"),
    resource: resourceOf(question) as ResourceInfo<KubernetesObject>,
    user: question.user ?? { name: "jane", groups: [] },
    dryRun: question.dryRun ?? false,
    warn: question.warn ?? (() => {}),
    ...(metadata && { name: metadata.name, namespace: metadata.namespace }),
    ...(question.namespace !== undefined && { namespace: question.namespace }),
    ...(question.subresource && { subresource: question.subresource }),
    ...(object && { object }),
    ...(oldObject && { oldObject }),
  };
  if (plugin.handles(attributes)) {
    await plugin.admit?.(attributes);
    await plugin.validate?.(attributes);
  }
  return object as T;
}

/** The refusal's message; fails where there is none. */
export async function refusal(plugin: AdmissionPlugin, question: Question): Promise<string> {
  try {
    await ask(plugin, question);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the plugin did not refuse");
}

/** A pod of namespace `shop` with one container. */
export function pod(name: string, spec: object = {}, metadata: object = {}) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", ...metadata },
    spec: { containers: [{ name: "c", image: "x" }], ...spec },
  };
}

/** For plugins that ask no authorizer. */
export const nobodyMayAnything = new UnionAuthorizer([]);
