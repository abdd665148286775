/** The objects of a definition that is going. */
import type { Logger } from "pino";
import type { KubernetesObject } from "../../api/mod.ts";
import { ignoreNotFound } from "../../api/mod.ts";
import { ownOperation } from "../bootstrap/ensure.ts";
import { AdmissionChain } from "../registry/admission-chain.ts";
import { deleteObject } from "../registry/delete.ts";
import type { Engine } from "../registry/engine.ts";
import { resourcePrefix } from "../registry/keys.ts";
import { ResourceStorage } from "../registry/resource-storage.ts";
import { type Definition, storageVersion } from "./definition.ts";
import { customResourceInfo } from "./resource-info.ts";

export interface RemovalOptions {
  readonly engine: Engine;
  readonly log: Logger;
  now(): number;
}

/** Deletes every object, without admission: nobody may hold up a definition. Answers how many are left, for finalizers of their own. */
export async function removeInstances(definition: Definition, options: RemovalOptions): Promise<number> {
  const storage = storedInstances(definition, options.engine);
  await storage.fresh();
  for (const { object } of storage.cache.list(storage.prefix))
    if (object.metadata.deletionTimestamp === undefined) await remove(storage, object, options.now());
  await storage.fresh();
  return storage.cache.count(storage.prefix);
}

export function instancePrefix({ spec, status }: Definition): string {
  return resourcePrefix(spec.group, status?.acceptedNames?.plural || spec.names.plural);
}

/** The objects as they lie in the store, in whichever version. */
function storedInstances(definition: Definition, { watchCache }: Engine): ResourceStorage {
  const name = storageVersion(definition);
  const version = definition.spec.versions.find((one) => one.name === name)!;
  const resource = customResourceInfo(definition, version);
  return new ResourceStorage({ strategy: { resource }, cache: watchCache, admission: new AdmissionChain([]) });
}

async function remove(storage: ResourceStorage, { metadata }: KubernetesObject, now: number): Promise<void> {
  await deleteObject(storage, ownOperation({ metadata }, now), { dryRun: false }).catch(ignoreNotFound);
}
