/** The APIServices of the cluster: who serves which group version, and in which order discovery shows them. */
import { type apiregistrationv1, apiVersionOf, isConditionTrue, resources } from "../../api/mod.ts";
import type { Informer, InformerFactory } from "../../client/mod.ts";
import type { Priority } from "../discovery/merged-groups.ts";
import { RemoteServer, type RemoteServerContext } from "./remote-server.ts";

export type APIService = apiregistrationv1.APIService;

/** A group version that another server answers for. */
export interface RemoteVersion {
  readonly service: APIService;
  readonly server: RemoteServer;
}

export function isAvailable({ status }: APIService): boolean {
  return isConditionTrue(status?.conditions, "Available");
}

/** `apps/v1`; the core group's is `v1`. */
export function groupVersionOf({ spec: { group = "", version = "" } }: APIService): string {
  return apiVersionOf({ group, version });
}

export class RegisteredServices {
  readonly informer: Informer<APIService>;
  readonly #context: RemoteServerContext;
  /** By group version. */
  readonly #remote = new Map<string, RemoteVersion>();
  /** By group version. */
  readonly #priorities = new Map<string, Priority>();
  #generation = 0;

  constructor(informers: InformerFactory, context: RemoteServerContext) {
    this.#context = context;
    this.informer = informers.informer(resources.apiservices);
    this.informer.addHandler({
      add: (service) => this.#put(service),
      update: (service, old) => this.#put(service, old),
      delete: (service) => this.#remove(service),
    });
  }

  /** Counts what may change a discovery document. */
  get generation(): number {
    return this.#generation;
  }

  /** Nothing where this server answers itself. */
  find(group: string, version: string): RemoteVersion | undefined {
    return this.#remote.size === 0 ? undefined : this.#remote.get(`${group}/${version}`);
  }

  /** Nothing where no APIService names the version. */
  priorityOf(group: string, version: string): Priority | undefined {
    return this.#priorities.get(apiVersionOf({ group, version }));
  }

  remotes(): readonly RemoteVersion[] {
    return [...this.#remote.values()];
  }

  close(): void {
    for (const { server } of this.#remote.values()) server.close();
    this.#remote.clear();
  }

  #put(service: APIService, old?: APIService): void {
    this.#generation++;
    const key = groupVersionOf(service);
    const present = this.#remote.get(key);
    const { spec } = service;
    this.#priorities.set(key, { group: spec.groupPriorityMinimum, version: spec.versionPriority });
    if (!spec.service) {
      present?.server.close();
      this.#remote.delete(key);
      return;
    }
    if (present && old && JSON.stringify(old.spec) === JSON.stringify(spec)) {
      this.#remote.set(key, { service, server: present.server });
      return;
    }
    present?.server.close();
    const server = new RemoteServer({ ...spec, service: spec.service }, this.#context);
    this.#remote.set(key, { service, server });
  }

  #remove(service: APIService): void {
    this.#generation++;
    const key = groupVersionOf(service);
    this.#priorities.delete(key);
    this.#remote.get(key)?.server.close();
    this.#remote.delete(key);
  }
}
