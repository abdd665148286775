/** A whole cluster inside this process: control plane in memory, simulated nodes, no root, nothing left behind. */
import { rmSync } from "node:fs";
import type { Logger } from "pino";
import type { Client } from "../client/narrow.ts";
import type { ControlPlane } from "./control-plane.ts";
import { placeOptions } from "./options.ts";
import { makeOwnFolder } from "./own-folder.ts";

export interface ClusterStartOptions {
  /** Simulated nodes. Default 1. */
  readonly nodes?: number;
  /** Default: a free one on loopback. */
  readonly port?: number;
  readonly serviceCidr?: string;
  readonly podCidr?: string;
  readonly legacyApis?: boolean;
  /** Groups and versions that are served beside the usual ones: `storagemigration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: string;
  /** An AuthenticationConfiguration file: issuers of tokens, and where requests may be anonymous. */
  readonly authenticationConfig?: string;
  /** Nobody answers for `metrics.k8s.io`. */
  readonly withoutMetricsServer?: boolean;
  /** Default: silent. */
  readonly log?: Logger;
}

export class Cluster {
  /** YAML text: for a file, or for any Kubernetes client. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** In this process, with all rights. */
  readonly client: Client;
  readonly #controlPlane: ControlPlane;
  readonly #folder: string;
  readonly #aborter: AbortController;
  #stopping: Promise<void> | undefined;

  private constructor(parts: {
    controlPlane: ControlPlane;
    folder: string;
    aborter: AbortController;
    kubeconfig: string;
    server: string;
  }) {
    this.#controlPlane = parts.controlPlane;
    this.#folder = parts.folder;
    this.#aborter = parts.aborter;
    this.kubeconfig = parts.kubeconfig;
    this.server = parts.server;
    this.client = parts.controlPlane.client;
  }

  /** Resolves when the API answers and the nodes are Ready. Options that make no sense reject with a `ClusterError`, as in `kubets up`. */
  static async start(options: ClusterStartOptions = {}): Promise<Cluster> {
    const { nodes, port, serviceCidr, podCidr } = placeOptions(options, 0);
    const folder = makeOwnFolder();
    const aborter = new AbortController();
    try {
      const { ControlPlane, kubeconfigText, openMemoryStore, Pki, pino, saveModuleSources, tellClockJumps } =
        await loadRooms();
      const log = options.log ?? pino({ level: "silent" });
      const pki = await Pki.open({ directory: folder });
      const controlPlane = await ControlPlane.create(
        {
          pki,
          store: openMemoryStore(),
          listen: [{ host: "127.0.0.1", port }],
          advertise: { host: "127.0.0.1", port },
          serviceCidr,
          podCidr,
          legacyApis: options.legacyApis ?? false,
          runtimeConfig: options.runtimeConfig ?? "",
          ...(options.authenticationConfig && { authenticationConfig: options.authenticationConfig }),
          inFabric: false,
          withoutMetricsServer: options.withoutMetricsServer ?? false,
          simulated: { count: nodes, prefix: "node" },
        },
        { log, signal: aborter.signal },
      );
      await controlPlane.start();
      setImmediate(saveModuleSources).unref();
      aborter.signal.addEventListener("abort", tellClockJumps(log));
      const server = `https://127.0.0.1:${controlPlane.port}`;
      const kubeconfig = kubeconfigText(pki, { name: "kubets", server, identity: await pki.admin() });
      return new Cluster({ controlPlane, folder, aborter, kubeconfig, server });
    } catch (error) {
      aborter.abort();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Resolves when nothing of it is left. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** `await using cluster = await Cluster.start()` stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await this.#controlPlane.stop();
    this.#aborter.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Only when a cluster starts in this process: the supervisor and the command share this room's door, and stay small without them. */
async function loadRooms() {
  const { saveModuleSources } = await import("./processes/quick-imports.ts");
  const [{ ControlPlane }, { kubeconfigText }, { openMemoryStore }, { Pki }, { pino }, { tellClockJumps }] =
    await Promise.all([
      import("./control-plane.ts"),
      import("./keys.ts"),
      import("../store/mod.ts"),
      import("../auth/mod.ts"),
      import("pino"),
      import("./clock-jumps.ts"),
    ]);
  return { ControlPlane, kubeconfigText, openMemoryStore, Pki, pino, saveModuleSources, tellClockJumps };
}
