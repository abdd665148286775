/** Resources that are questions: a POST is answered with the same object and a status, and nothing is stored. */
import type { Kind, KubernetesObject, ResourceInfo } from "../../api/mod.ts";
import { defaultStrategy } from "../registry/default-strategy.ts";
import { managedFieldOwnership } from "../registry/managed-field-ownership.ts";
import { settleNamespace } from "../registry/metadata.ts";
import type { Operation } from "../registry/operation.ts";
import { View } from "../registry/view.ts";
import type { Endpoint } from "../request/call.ts";

export interface Review<T extends KubernetesObject> {
  readonly info: ResourceInfo<T>;
  /** Answers the object with its status. Throws where the question makes no sense. */
  answer(review: T, operation: Operation): T | Promise<T>;
}

export function reviewEndpoint<T extends KubernetesObject>({ info, answer }: Review<T>): Endpoint {
  const untyped = info as unknown as ResourceInfo<KubernetesObject>;
  const view = new View(untyped, defaultStrategy(untyped));
  return {
    create: async ({ body, operation }) => {
      const review = body.object(untyped, operation);
      if (info.namespaced) settleNamespace(review, { info: untyped }, operation);
      managedFieldOwnership.update({ view, operation }, review);
      const object = await answer(review as T, operation);
      return { type: "object", status: 201, schema: info.schema as Kind, object };
    },
  };
}
