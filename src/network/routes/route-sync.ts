/** Keeps the routes to other nodes' pods as the Node objects say. */
import { type corev1, resources } from "../../api/mod.ts";
import type { ComponentContext, Informer } from "../../client/mod.ts";
import { type CommandOptions, ipBatch, ipJson } from "../commands.ts";
import { SyncLoop } from "../sync-loop.ts";
import { desiredRoutes, presentRoutes, type Routes, routeChanges, routeProtocol, sameRoutes } from "./routes.ts";

export interface RouteSyncOptions extends CommandOptions {
  /** The node whose own pods need no route; absent: this is no node. */
  readonly nodeName?: string | undefined;
}

export class RouteSync {
  readonly #options: RouteSyncOptions;
  readonly #nodes: Informer<corev1.Node>;
  readonly #loop: SyncLoop;
  /** `undefined`: not known, to be read from the kernel. */
  #present: Routes | undefined;
  #unfollow = () => {};

  constructor(options: RouteSyncOptions, context: ComponentContext) {
    this.#options = options;
    this.#nodes = context.informers.informer(resources.nodes);
    this.#loop = new SyncLoop({ ...context, what: "routes", sync: () => this.#sync() });
  }

  /** Resolves when the routes are in place. */
  async start(): Promise<void> {
    const changed = (node: corev1.Node, old?: corev1.Node) => {
      const own = this.#options.nodeName;
      if (!sameRoutes(desiredRoutes([node], own), desiredRoutes(old ? [old] : [], own))) this.#loop.trigger();
    };
    this.#unfollow = this.#nodes.addHandler({ add: changed, update: changed, delete: (node) => changed(node) });
    await this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#unfollow();
    await this.#loop.stop();
  }

  async #sync(): Promise<void> {
    const desired = desiredRoutes(this.#nodes.lister.list(), this.#options.nodeName);
    const present = this.#present ?? (await this.#read());
    this.#present = undefined;
    await ipBatch(routeChanges(present, desired), this.#options);
    this.#present = desired;
  }

  async #read(): Promise<Routes> {
    const list = await ipJson(["route", "show", "proto", String(routeProtocol)], this.#options);
    return presentRoutes(list as Parameters<typeof presentRoutes>[0]);
  }
}
