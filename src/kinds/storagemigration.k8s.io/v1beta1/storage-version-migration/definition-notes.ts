/** What a custom resource's definition says of the migration of its objects. */
import { type apiextensionsv1, isNotFound, type ResourceInfo, resources } from "../../../../api/mod.ts";
import type { ComponentContext } from "../../../../client/mod.ts";
import { setCondition } from "../../../../controllers/mod.ts";
import { MigrationFailure } from "./migration-failure.ts";

type Definition = apiextensionsv1.CustomResourceDefinition;

const type = "StorageMigrating";
const changed = "the definition was changed while the migration was running";

export class DefinitionNotes {
  readonly #definitions;

  constructor({ client }: ComponentContext) {
    this.#definitions = client.resource(resources.customresourcedefinitions);
  }

  /** Answers the definition as it was at the start; nothing for what is no custom resource. */
  async begin(resource: ResourceInfo, migration: string, now: number): Promise<Definition | undefined> {
    // What the server declares itself has a schema value.
    if (resource.schema) return undefined;
    const definition = await this.#find(`${resource.resource}.${resource.group}`);
    if (!definition) return undefined;
    const message = `Migration ${migration} is running`;
    return this.#tell(definition, { status: "True", reason: "MigrationRunning", message }, now);
  }

  /** Objects are stored in one version only. Rejects with `MigrationFailure` where that was another at the start. */
  async finish(started: Definition, now: number): Promise<void> {
    const definition = await this.#find(started.metadata.name);
    if (!definition) return;
    if (definition.metadata.generation !== started.metadata.generation) {
      await this.#tell(definition, { status: "False", reason: "MigrationFailed", message: changed }, now);
      throw new MigrationFailure(changed);
    }
    const storedVersions = definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name);
    const message = "The migration has succeeded and the stored versions have been updated";
    const status = { ...definition.status, storedVersions };
    await this.#tell({ ...definition, status }, { status: "False", reason: "MigrationSucceeded", message }, now);
  }

  async #tell(
    definition: Definition,
    content: { status: string; reason: string; message: string },
    now: number,
  ): Promise<Definition> {
    const others = definition.status?.conditions ?? [];
    const { generation: observedGeneration } = definition.metadata;
    const conditions = setCondition(others, { type, ...content }, now).map((condition) =>
      condition.type === type ? { ...condition, message: content.message, observedGeneration } : condition,
    );
    const status = { ...definition.status, conditions } as Definition["status"];
    return this.#definitions.updateStatus({ ...definition, status } as Definition);
  }

  async #find(name: string): Promise<Definition | undefined> {
    try {
      return await this.#definitions.get(name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
