/** Custom resources from the first definition on: what serves them is a large part of a server, and many clusters never have one. */
import { createRequire } from "node:module";
import { type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { CustomResources, CustomResourcesContext, CustomResourcesOptions } from "./custom-resources.ts";

const load = createRequire(import.meta.url);

export class LateCustomResources {
  readonly #options: CustomResourcesOptions;
  readonly #context: CustomResourcesContext;
  #customResources: CustomResources | undefined;
  #unlisten = () => {};

  constructor(options: CustomResourcesOptions, context: CustomResourcesContext) {
    this.#options = options;
    this.#context = context;
  }

  /** After the engine. Serves at once what was established before. */
  start(): void {
    const definitions = resources.customresourcedefinitions as unknown as ResourceInfo<KubernetesObject>;
    const { cache } = this.#context.engine.storage(definitions);
    if (cache.count(cache.prefix) > 0) this.#begin();
    else this.#unlisten = cache.listen(() => this.#begin());
  }

  /** Within the event, as the definitions after it: what a definition changes takes effect before anybody can act on it. */
  #begin(): void {
    this.#unlisten();
    const loaded = load("./custom-resources.ts") as typeof import("./custom-resources.ts");
    this.#customResources = new loaded.CustomResources(this.#options, this.#context);
    this.#customResources.start();
  }

  async stop(): Promise<void> {
    this.#unlisten();
    await this.#customResources?.stop();
  }
}
