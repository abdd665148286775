/**
 * Between the objects and what they configure: follows FlowSchemas and PriorityLevelConfigurations, says of each schema whether its level is
 * there, and puts the objects right that every cluster has.
 */
import type { Logger } from "pino";
import { type flowcontrolv1, isAlreadyExists, isConflict, isNotFound, resources } from "../../api/mod.ts";
import type { Client, Clock } from "../../client/mod.ts";
import type { ObjectCache } from "../registry/cache/object-cache.ts";
import { timestamp } from "../registry/operation.ts";
import { danglingCondition } from "./dangling.ts";
import {
  autoUpdateAnnotation,
  correctedSpec,
  type DefaultObject,
  defaultLevels,
  defaultSchemas,
} from "./default-objects.ts";
import type { FlowControl } from "./flow-control.ts";

type Schema = flowcontrolv1.FlowSchema;
type Level = flowcontrolv1.PriorityLevelConfiguration;

export interface FlowConfigurationContext {
  readonly schemas: ObjectCache;
  readonly levels: ObjectCache;
  readonly flowControl: FlowControl;
  /** May do everything. */
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

const adjustMs = 10_000;
const upkeepMs = 60_000;
const producer = "api-priority-and-fairness-config-producer-v1";
const consumer = "api-priority-and-fairness-config-consumer-v1";

export class FlowConfiguration {
  readonly #context: FlowConfigurationContext;
  readonly #cleanups: (() => void)[] = [];
  #work: Promise<void> = Promise.resolve();
  #stale = false;
  #stopped = false;

  constructor(context: FlowConfigurationContext) {
    this.#context = context;
  }

  /** In force when this returns. After the engine has read what is stored, and made what every cluster has. */
  start(): void {
    const { schemas, levels } = this.#context;
    this.#apply();
    for (const cache of [schemas, levels]) this.#cleanups.push(cache.listen(() => this.#changed()));
    this.#every(adjustMs, () => this.#context.flowControl.adjust());
    this.#every(upkeepMs, () => this.#enqueue(() => this.#upkeep()));
    this.#enqueue(() => this.#upkeep());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    await this.#work;
  }

  #every(periodMs: number, action: () => void): void {
    const { clock } = this.#context;
    let cancel = () => {};
    const arm = () => {
      cancel = clock.after(periodMs, () => {
        if (this.#stopped) return;
        action();
        arm();
      });
    };
    arm();
    this.#cleanups.push(() => cancel());
  }

  #objects<T>(cache: ObjectCache): T[] {
    return cache.list(cache.prefix).map(({ object }) => object as T);
  }

  /** Many changes at once are taken on once. */
  #changed(): void {
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      if (this.#stopped) return;
      this.#apply();
      this.#enqueue(() => this.#tellSchemas());
    });
  }

  #apply(): void {
    const { flowControl, schemas, levels } = this.#context;
    flowControl.configure(this.#objects<Schema>(schemas), this.#objects<Level>(levels));
  }

  /** One after the other; a failure is tried again with the next upkeep. */
  #enqueue(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#stopped) return;
      await step().catch((error: unknown) => {
        this.#context.log.warn({ err: error }, "an object of priority and fairness could not be kept");
      });
    });
  }

  async #tellSchemas(): Promise<void> {
    const { schemas, levels, client, clock } = this.#context;
    const names = new Set(this.#objects<Level>(levels).map(({ metadata }) => metadata.name));
    for (const schema of this.#objects<Schema>(schemas)) {
      const condition = danglingCondition(schema, (name) => names.has(name), timestamp(clock.now()));
      if (!condition) continue;
      const { apiVersion, kind, metadata } = schema;
      const patch = { apiVersion, kind, metadata: { name: metadata.name }, status: { conditions: [condition] } };
      const options = { type: "apply", force: true, fieldManager: consumer, subresource: "status" } as const;
      await client.resource(resources.flowschemas).patch(metadata.name, patch, options).catch(ignoreGone);
    }
  }

  async #upkeep(): Promise<void> {
    const { client, levels, schemas } = this.#context;
    const levelClient = client.resource(resources.prioritylevelconfigurations);
    const schemaClient = client.resource(resources.flowschemas);
    const presentLevels = byName(this.#objects<Level>(levels));
    for (const one of defaultLevels) {
      const present = presentLevels.get(one.name);
      const spec = present && correctedSpec(one, present);
      if (!present) await levelClient.create(fresh(one), { fieldManager: producer }).catch(ignoreGone);
      else if (spec) await levelClient.update({ ...present, spec }, { fieldManager: producer }).catch(ignoreGone);
    }
    const presentSchemas = byName(this.#objects<Schema>(schemas));
    for (const one of defaultSchemas) {
      const present = presentSchemas.get(one.name);
      const spec = present && correctedSpec(one, present);
      if (!present) await schemaClient.create(fresh(one), { fieldManager: producer }).catch(ignoreGone);
      else if (spec) await schemaClient.update({ ...present, spec }, { fieldManager: producer }).catch(ignoreGone);
    }
    await this.#tellSchemas();
  }
}

function fresh<Spec>({ name, spec }: DefaultObject<Spec>) {
  return { metadata: { name, annotations: { [autoUpdateAnnotation]: "true" } }, spec };
}

function byName<T extends Schema | Level>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [object.metadata.name, object]));
}

/** Somebody else was faster; what is there now is looked at with the next change. */
function ignoreGone(error: unknown): void {
  if (!isNotFound(error) && !isConflict(error) && !isAlreadyExists(error)) throw error;
}
