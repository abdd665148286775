import { type corev1, isNotFound, type KubernetesObject, resources } from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import type { BoundKind, BoundObjectLookup } from "./service-account-tokens.ts";

type Reader = (client: Client, namespace: string, name: string) => Promise<KubernetesObject>;

const readers: Readonly<Record<BoundKind, Reader>> = {
  ServiceAccount: (client, namespace, name) => client.resource(resources.serviceaccounts).get(name, { namespace }),
  Pod: (client, namespace, name) => client.resource(resources.pods).get(name, { namespace }),
  Secret: (client, namespace, name) => client.resource(resources.secrets).get(name, { namespace }),
  Node: (client, _namespace, name) => client.resource(resources.nodes).get(name),
};

/** Reads through the API, so that a token is never judged by a cache that lags behind. */
export function boundObjectsOf(client: Client): BoundObjectLookup {
  return async (kind, namespace, name) => {
    try {
      return (await readers[kind](client, namespace, name)).metadata;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}

/** Secrets, read through the API: a new machine's token works as soon as its Secret is written. */
export function secretsOf(client: Client): (namespace: string, name: string) => Promise<corev1.Secret | undefined> {
  return async (namespace, name) => {
    try {
      return await client.resource(resources.secrets).get(name, { namespace });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}
