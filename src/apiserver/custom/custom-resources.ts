/** Follows the definitions of custom resources: gives them their names, serves what they define, and clears up behind them. */
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { clone, isNotFound, type KubernetesObject, type ResourceInfo, resources } from "../../api/mod.ts";
import type { Clock, ServiceResolver } from "../../client/mod.ts";
import { changeStored } from "../registry/change-stored.ts";
import type { Engine } from "../registry/engine.ts";
import { timestamp } from "../registry/operation.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { type Naming, nameDefinition, takenNames } from "./accepted-names.ts";
import { renaming } from "./converter.ts";
import { cleanupFinalizer, type Definition, isTrue, setCondition } from "./definition.ts";
import { instancePrefix, removeInstances } from "./instance-removal.ts";
import { ownStatus } from "./own-status.ts";
import { ServedDefinition } from "./served-definition.ts";
import { webhookConverter } from "./webhook-converter.ts";

export interface CustomResourcesOptions {
  /** Where the Services of conversion webhooks are. Absent: they can be named by URL only. */
  readonly resolver?: ServiceResolver;
}

export interface CustomResourcesContext {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
}

const retryMs = 1_000;
/** Definitions whose status is written at the same time: what is written together is made durable together. */
const workers = 32;

export class CustomResources {
  readonly #options: CustomResourcesOptions;
  readonly #context: CustomResourcesContext;
  readonly #definitions: ResourceStorage;
  readonly #served = new Map<string, ServedDefinition>();
  /** Names of definitions to look at, in the order in which they changed. */
  readonly #dirty = new Set<string>();
  /** Definitions as they will be once their names are written: others must not be given the same ones meanwhile. */
  readonly #naming = new Map<string, Definition>();
  /** Ends the wait for the last objects of a definition that is going. */
  readonly #instances = new Map<string, () => void>();
  readonly #cleanups: (() => void)[] = [];
  readonly #retries = new Set<() => void>();
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(options: CustomResourcesOptions, context: CustomResourcesContext) {
    this.#options = options;
    this.#context = context;
    this.#definitions = context.engine.storage(
      resources.customresourcedefinitions as unknown as ResourceInfo<KubernetesObject>,
    );
  }

  /** After the engine. Serves at once what was established before. */
  start(): void {
    const { cache } = this.#definitions;
    for (const { object } of cache.list(cache.prefix)) {
      this.#serve(object as Definition);
      this.#dirty.add(object.metadata.name);
    }
    this.#cleanups.push(
      cache.listen((events) => {
        for (const { entry } of events) this.#look(entry.key.slice(cache.prefix.length));
      }),
    );
    this.#work();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    for (const cancel of this.#retries) cancel();
    for (const unlisten of this.#instances.values()) unlisten();
    for (const served of this.#served.values()) served.close();
    this.#dirty.clear();
    await this.#working;
  }

  #look(name: string): void {
    // A change of what is served takes effect with the event, before anybody can act on it.
    const definition = this.#get(name);
    if (definition) this.#serve(definition);
    else this.#remove(name);
    this.#dirty.add(name);
    this.#work();
  }

  #get(name: string): Definition | undefined {
    return this.#definitions.cache.get(this.#definitions.key("", name))?.object as Definition | undefined;
  }

  #all(): Definition[] {
    const { cache } = this.#definitions;
    return cache
      .list(cache.prefix)
      .map(({ object }) => this.#naming.get(object.metadata.name) ?? (object as Definition));
  }

  /** Puts into the table what the definition says now, where it is established. */
  #serve(definition: Definition): void {
    const { name } = definition.metadata;
    if (!isTrue(definition, "Established")) return;
    const present = this.#served.get(name);
    if (present && !isServedOtherwise(present.definition, definition)) return;
    present?.close();
    this.#served.set(name, this.#make(definition));
  }

  #make(definition: Definition): ServedDefinition {
    const converter = webhookConverter(definition, this.#options.resolver ?? nowhere) ?? renaming;
    return new ServedDefinition({ engine: this.#context.engine, definition, converter });
  }

  #remove(name: string): void {
    this.#served.get(name)?.close();
    this.#served.delete(name);
    this.#instances.get(name)?.();
    this.#instances.delete(name);
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined;
    });
  }

  /** One definition is worked on by one worker at a time. */
  async #workOff(): Promise<void> {
    const busy = new Map<string, Promise<void>>();
    for (let name = this.#next(busy); name !== undefined || busy.size > 0; name = this.#next(busy)) {
      if (name === undefined) await Promise.race(busy.values());
      else this.#start(name, busy);
    }
  }

  #next(busy: ReadonlyMap<string, unknown>): string | undefined {
    if (busy.size >= workers) return undefined;
    for (const name of this.#dirty) if (!busy.has(name)) return name;
    return undefined;
  }

  #start(name: string, busy: Map<string, Promise<void>>): void {
    this.#dirty.delete(name);
    busy.set(
      name,
      this.#settleSafely(name).finally(() => busy.delete(name)),
    );
  }

  async #settleSafely(name: string): Promise<void> {
    try {
      await this.#settle(name);
    } catch (error) {
      if (isNotFound(error) || this.#stopped) return;
      this.#context.log.warn({ err: error, name }, "a definition of custom resources could not be worked on");
      this.#again(name);
    }
  }

  #again(name: string): void {
    const cancel = this.#context.clock.after(retryMs, () => {
      this.#retries.delete(cancel);
      this.#dirty.add(name);
      this.#work();
    });
    this.#retries.add(cancel);
  }

  /** One step; the change that it writes brings the next. */
  async #settle(name: string): Promise<void> {
    const definition = this.#get(name);
    if (!definition) return this.#settleGroup(name);
    if (definition.metadata.deletionTimestamp !== undefined) return this.#finish(definition);
    await this.#name(definition);
  }

  /** Names that a definition has left may be what others wait for. */
  #settleGroup(gone: string): void {
    const group = gone.slice(gone.indexOf(".") + 1);
    for (const { metadata, spec, ...definition } of this.#all())
      if (spec.group === group && !isTrue({ metadata, spec, ...definition }, "NamesAccepted"))
        this.#dirty.add(metadata.name);
  }

  /** Gives it its names, and establishes it with them: the endpoints are there before the status says so. */
  async #name(definition: Definition): Promise<void> {
    const { name } = definition.metadata;
    const naming = nameDefinition(definition, takenNames(this.#all(), definition.spec.group));
    const named = settled(definition, naming, timestamp(this.#context.clock.now()));
    if (isDeepStrictEqual(named.status, definition.status)) return;
    this.#naming.set(name, named);
    try {
      if (isTrue(named, "Established")) this.#serve(named);
      await this.#change(definition, (next, now) => {
        next.status = settled(next, naming, now).status!;
      });
    } finally {
      this.#naming.delete(name);
    }
  }

  /** Deletes the objects of a definition, and lets it go when there are none left. */
  async #finish(definition: Definition): Promise<void> {
    const { name, finalizers } = definition.metadata;
    if (!finalizers?.includes(cleanupFinalizer)) return;
    await this.#change(definition, (next, now) => setCondition(next, deleting, now));
    const left =
      isTrue(definition, "Established") || this.#served.has(name) ? await this.#removeInstances(definition) : 0;
    if (left > 0) return this.#awaitInstances(definition);
    await this.#release(definition);
  }

  #removeInstances(definition: Definition): Promise<number> {
    const { engine, log, clock } = this.#context;
    return removeInstances(definition, { engine, log, now: () => clock.now() });
  }

  #awaitInstances(definition: Definition): void {
    const { name } = definition.metadata;
    if (this.#instances.has(name)) return;
    const cache = this.#context.engine.watchCache.resource(instancePrefix(definition));
    const look = () => {
      if (cache.size > 0) return;
      this.#dirty.add(name);
      this.#work();
    };
    this.#instances.set(name, cache.listen(look));
    // The last may have gone since they were counted.
    look();
  }

  async #release(definition: Definition): Promise<void> {
    await this.#change(definition, (next, now) => setCondition(next, deleted, now));
    await this.#letGo(definition.metadata.name);
  }

  /** The last finalizer takes the definition with it. */
  async #letGo(name: string): Promise<void> {
    const storage = this.#definitions;
    const letGo = (object: Definition, stored: Definition) => {
      object.metadata.finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== cleanupFinalizer);
      ownStatus(object, stored, timestamp(this.#context.clock.now()));
    };
    for (;;) {
      const current = await storage.current("", name);
      if (current.object.metadata.finalizers?.some((one) => one !== cleanupFinalizer)) {
        const left = await changeStored<Definition>(storage, { namespace: "", name, dryRun: false }, letGo);
        // The others may have gone meanwhile.
        if (left.object.metadata.finalizers?.length) return;
      } else if ((await storage.remove(current.key, current.revision)) !== undefined) return;
    }
  }

  async #change(definition: Definition, change: (next: Definition, now: string) => void): Promise<void> {
    const now = timestamp(this.#context.clock.now());
    const { name, uid } = definition.metadata;
    await changeStored<Definition>(this.#definitions, { namespace: "", name, dryRun: false }, (next, stored) => {
      if (next.metadata.uid !== uid) return;
      change(next, now);
      ownStatus(next, stored, now);
    });
  }
}

/** A copy with its names, established where it has got all of them. */
function settled(definition: Definition, { acceptedNames, conditions }: Naming, now: string): Definition {
  const next = clone(definition);
  next.status = { ...next.status, acceptedNames } as NonNullable<Definition["status"]>;
  for (const condition of conditions) setCondition(next, condition, now);
  if (isTrue(next, "NamesAccepted") && !isTrue(next, "Established")) setCondition(next, established, now);
  return next;
}

const established = {
  type: "Established",
  status: "True",
  reason: "InitialNamesAccepted",
  message: "the initial names have been accepted",
} as const;

const nowhere: ServiceResolver = {
  resolve: ({ name }) => {
    throw new Error(`service ${JSON.stringify(name)} not found`);
  },
};

const deleting = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionInProgress",
  message: "CustomResource deletion is in progress",
} as const;

const deleted = {
  type: "Terminating",
  status: "False",
  reason: "InstanceDeletionCompleted",
  message: "removed all instances",
} as const;

/** Conditions and their like make no difference to what is served. */
function isServedOtherwise(before: Definition, now: Definition): boolean {
  if (before.metadata.uid !== now.metadata.uid) return true;
  const parts = (definition: Definition) =>
    JSON.stringify([definition.spec, definition.status?.acceptedNames, isTrue(definition, "Terminating")]);
  return before !== now && parts(before) !== parts(now);
}
