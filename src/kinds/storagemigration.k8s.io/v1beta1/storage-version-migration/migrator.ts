/**
 * Rewrites every object of a resource, so that it lies in the store as today's storage version has it, and tells of it in the migration's
 * conditions. Of custom resources the definition is told too: `StorageMigrating`, and at the end that only one version is stored.
 */
import {
  findCondition,
  isConditionTrue,
  isNotFound,
  type KubernetesObject,
  type ResourceInfo,
} from "../../../../api/mod.ts";
import type { ComponentContext, Informer } from "../../../../client/mod.ts";
import {
  discoverResources,
  parseTime,
  QueueController,
  type QueueControllerOptions,
  setCondition,
  supports,
} from "../../../../controllers/mod.ts";
import { DefinitionNotes } from "./definition-notes.ts";
import { MigrationFailure } from "./migration-failure.ts";
import { rewriteAll } from "./rewrite.ts";
import {
  type StorageVersionMigration,
  type StorageVersionMigrationStatus,
  storageVersionMigrations,
} from "./schema.ts";
import { resourceText } from "./strategy.ts";

const running = {
  type: "Running",
  status: "True",
  reason: "MigrationRunning",
  message: "The migration is running",
} as const;
const completed = {
  type: "Running",
  status: "False",
  reason: "MigrationCompleted",
  message: "Migration completed",
} as const;
const succeeded = {
  type: "Succeeded",
  status: "True",
  reason: "StorageVersionMigrationSucceeded",
  message: "",
} as const;
const failed = { type: "Failed", status: "True", reason: "StorageVersionMigrationFailed" } as const;

/** Until the migration before it has ended. */
const waitMs = 1_000;
/** A definition may come a little after the migration of its objects. */
const discoveryRetryMs = 2_000;
const discoveryPatienceMs = 60_000;
/** What has to be possible with a resource, in upstream's order. */
const neededVerbs = ["update", "patch", "list"];

export class StorageVersionMigrator extends QueueController {
  readonly #migrations: Informer<StorageVersionMigration>;
  readonly #notes: DefinitionNotes;

  constructor(options: QueueControllerOptions, context: ComponentContext) {
    super("storage-version-migrator-controller", context, options);
    this.#migrations = this.watchOwn(storageVersionMigrations);
    this.#notes = new DefinitionNotes(context);
  }

  protected override async reconcile(name: string): Promise<number | undefined> {
    const migration = this.#migrations.lister.get(name);
    if (!migration || hasEnded(migration)) return undefined;
    if (!this.#isFirst(migration)) return waitMs;
    try {
      return await this.#migrate(migration);
    } catch (error) {
      // It was deleted meanwhile, or its status is older than the one that is stored: its next event brings it back.
      if (isNotFound(error)) return undefined;
      if (!(error instanceof MigrationFailure)) throw error;
      await this.#end(await this.#read(name), { ...failed, message: error.message });
      return undefined;
    }
  }

  /** Two migrations of one resource would do the same: the younger waits. */
  #isFirst(migration: StorageVersionMigration): boolean {
    const same = this.#migrations.lister
      .list()
      .filter((other) => !hasEnded(other) && resourceText(other) === resourceText(migration));
    const isBefore = (other: StorageVersionMigration) =>
      Number(isRunning(other)) - Number(isRunning(migration)) ||
      parseTime(migration.metadata.creationTimestamp) - parseTime(other.metadata.creationTimestamp) ||
      (other.metadata.name < migration.metadata.name ? 1 : -1);
    return same.every((other) => other.metadata.uid === migration.metadata.uid || isBefore(other) < 0);
  }

  async #migrate(waiting: StorageVersionMigration): Promise<number | undefined> {
    const { now } = this;
    const conditions = setCondition(waiting.status?.conditions, running, now);
    const begun = isRunning(waiting) ? waiting : await this.#write(waiting, { ...waiting.status, conditions });
    const resource = await this.#resourceOf(begun);
    if (!resource) return discoveryRetryMs;
    const definition = await this.#notes.begin(resource, begun.metadata.name, now);
    const objects = this.context.client.resource(resource);
    const resourceVersion =
      begun.status?.resourceVersion ?? (await objects.list({ limit: 1 })).metadata.resourceVersion;
    const known = begun.status?.resourceVersion
      ? begun
      : await this.#write(begun, { ...begun.status, resourceVersion });
    await rewriteAll(objects, resourceVersion, this.context.signal);
    if (definition) await this.#notes.finish(definition, this.now);
    await this.#end(known, succeeded);
    return undefined;
  }

  /** Nothing as long as it may still come to be served. */
  async #resourceOf(migration: StorageVersionMigration): Promise<ResourceInfo<KubernetesObject> | undefined> {
    const { group, resource } = migration.spec.resource;
    const { resources } = await discoverResources(this.context.client, this.declared);
    const found = resources.find((one) => one.group === group && one.resource === resource);
    if (found) {
      if (supports(found, ...neededVerbs)) return found;
      const what = `${found.group}/${found.version}, Resource=${found.resource}`;
      const missing = neededVerbs.filter((verb) => !supports(found, verb)).join(" ");
      throw new MigrationFailure(`resource "${what}" does not support discovery operations: [${missing}]`);
    }
    const since = parseTime(findCondition(migration.status?.conditions, "Running")?.lastTransitionTime);
    if (this.now - since < discoveryPatienceMs) return undefined;
    throw new MigrationFailure("resource does not exist in discovery");
  }

  async #end(
    migration: StorageVersionMigration,
    outcome: { type: string; status: string; reason: string; message: string },
  ) {
    const stopped = setCondition(migration.status?.conditions, completed, this.now);
    const conditions = setCondition(stopped, outcome, this.now);
    await this.#write(migration, { ...migration.status, conditions });
  }

  #read(name: string): Promise<StorageVersionMigration> {
    return this.context.client.resource(storageVersionMigrations).get(name);
  }

  #write(
    migration: StorageVersionMigration,
    status: Omit<StorageVersionMigrationStatus, "conditions"> & { conditions?: readonly object[] },
  ): Promise<StorageVersionMigration> {
    const changed = { ...migration, status: status as StorageVersionMigrationStatus };
    return this.context.client.resource(storageVersionMigrations).updateStatus(changed);
  }
}

function isRunning({ status }: StorageVersionMigration): boolean {
  return isConditionTrue(status?.conditions, "Running");
}

function hasEnded({ status }: StorageVersionMigration): boolean {
  return ["Succeeded", "Failed"].some((type) => isConditionTrue(status?.conditions, type));
}
