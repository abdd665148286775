/** The registry: every resource with its storage, its views and its endpoints, over one watch cache. */

import type { Logger } from "pino";
import { type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { Store } from "../../store/mod.ts";
import { autoscalerConversion } from "../conversion/autoscaling.ts";
import { eventConversion } from "../conversion/events.ts";
import type { Endpoint } from "../request/call.ts";
import type { AdmissionChain } from "./admission-chain.ts";
import { WatchCache } from "./cache/watch-cache.ts";
import { strategyFor } from "./default-strategy.ts";
import type { FieldOwnership } from "./field-ownership.ts";
import { partEndpoint, resourceEndpoint } from "./resource-endpoint.ts";
import { ResourceStorage, type WriteHooks } from "./resource-storage.ts";
import { ResourceTable } from "./resource-table.ts";
import type { Served } from "./served.ts";
import type { Strategy } from "./strategy.ts";
import { confineOf } from "./subresources/parts.ts";
import { scaleEndpoint } from "./subresources/scale.ts";
import { type Conversion, View } from "./view.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly admission: AdmissionChain;
  readonly ownership: FieldOwnership;
  readonly strategies: readonly Strategy<KubernetesObject>[];
  readonly log: Logger;
}

/** A resource served by conversion of another one that is stored. */
export interface ConvertedResource {
  readonly info: ResourceInfo<KubernetesObject>;
  readonly stored: ResourceInfo<KubernetesObject>;
  readonly conversion: Conversion;
  readonly warning?: string;
}

export class Engine {
  readonly watchCache: WatchCache;
  readonly table = new ResourceTable();
  readonly #options: EngineOptions;
  readonly #strategies: ReadonlyMap<string, Strategy<KubernetesObject>>;
  readonly #storages = new Map<string, ResourceStorage>();
  readonly #subresources = new Map<string, Endpoint>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.watchCache = new WatchCache(options.store, options.log);
    this.#strategies = new Map(
      options.strategies.map((strategy) => [`${strategy.resource.apiVersion}/${strategy.resource.resource}`, strategy]),
    );
  }

  /** Reads what is stored. Resources may be added before and after. */
  start(): Promise<void> {
    return this.watchCache.start();
  }

  stop(): void {
    this.watchCache.stop();
  }

  get admission(): AdmissionChain {
    return this.#options.admission;
  }

  get ownership(): FieldOwnership {
    return this.#options.ownership;
  }

  /** The storage of a resource in its stored version; made on first use. */
  storage(info: ResourceInfo<KubernetesObject>, hooks?: WriteHooks): ResourceStorage {
    const key = `${info.group}/${info.resource}`;
    let storage = this.#storages.get(key);
    if (!storage) {
      const strategy = strategyFor(info, this.#strategies);
      const { admission } = this.#options;
      storage = new ResourceStorage({ strategy, cache: this.watchCache, admission, ...(hooks && { hooks }) });
      this.#storages.set(key, storage);
    }
    return storage;
  }

  /** An endpoint for a subresource that has code of its own: `pods/binding`. Before `addResource`. */
  addSubresource(info: ResourceInfo, name: string, endpoint: Endpoint): void {
    this.#subresources.set(`${info.apiVersion}/${info.resource}/${name}`, endpoint);
  }

  /** A resource with code of its own and no storage: reviews, `bindings`. */
  addVirtual(info: ResourceInfo<KubernetesObject>, endpoint: Endpoint, warning?: string): void {
    this.table.add({ info, endpoint, subresources: new Map(), ...(warning && { warning }) });
  }

  /** Serves a stored resource in its stored version. */
  addResource(info: ResourceInfo<KubernetesObject>): void {
    const storage = this.storage(info);
    this.#serve({ storage, view: new View(info, storage.strategy), ownership: this.#options.ownership });
  }

  addConverted({ info, stored, conversion, warning }: ConvertedResource): void {
    const storage = this.storage(stored);
    storage.forms.push({ resource: info, show: conversion.fromStored, take: conversion.toStored });
    const view = new View(info, this.#viewStrategy(info, storage), { conversion, ...(warning && { warning }) });
    this.#serve({ storage, view, ownership: this.#options.ownership });
  }

  /** A version may select by and print other fields than the stored one. */
  #viewStrategy(info: ResourceInfo<KubernetesObject>, { strategy }: ResourceStorage): Strategy<KubernetesObject> {
    const own = this.#strategies.has(`${info.apiVersion}/${info.resource}`);
    return own ? strategyFor(info, this.#strategies) : strategy;
  }

  #serve(served: Served): void {
    const { view } = served;
    this.table.add({
      info: view.info,
      endpoint: resourceEndpoint(served),
      subresources: this.#subresourceEndpoints(served),
      ...(view.warning && { warning: view.warning }),
    });
  }

  #subresourceEndpoints(served: Served): Map<string, Endpoint> {
    const { info, strategy } = served.view;
    const endpoints = new Map<string, Endpoint>();
    for (const { name, verbs } of info.subresources) {
      const own = this.#subresources.get(`${info.apiVersion}/${info.resource}/${name}`);
      const confine = confineOf(info.resource, name, strategy.parts);
      if (own) endpoints.set(name, own);
      else if (name === "scale" && strategy.scale) endpoints.set(name, scaleEndpoint(served, strategy.scale));
      else if (confine) endpoints.set(name, partEndpoint({ ...served, confine }, verbs));
    }
    return endpoints;
  }
}

/** Resources that are no stored objects, or another form of some. */
const elsewhere: ReadonlySet<ResourceInfo> = new Set<ResourceInfo>([
  resources.bindings,
  resources.componentstatuses,
  resources.eventsV1,
  resources.horizontalpodautoscalersV1,
]);

/** Adds the other forms of stored resources. */
export function addConvertedResources(engine: Engine): void {
  const add = (info: unknown, stored: unknown, conversion: Conversion) =>
    engine.addConverted({ info: info as AnyInfo, stored: stored as AnyInfo, conversion });
  add(resources.eventsV1, resources.events, eventConversion);
  add(resources.horizontalpodautoscalersV1, resources.horizontalpodautoscalers, autoscalerConversion);
}

type AnyInfo = ResourceInfo<KubernetesObject>;

/** Adds those of the resources that are served as they are stored. */
export function addStoredResources(engine: Engine, all: readonly AnyInfo[]): void {
  for (const info of all) if (!elsewhere.has(info) && info.verbs.includes("get")) engine.addResource(info);
}
