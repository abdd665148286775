/** What the API server does for this kind alone: rules, and the columns of `kubectl get`. */
import { isConditionTrue } from "../../../../api/mod.ts";
import { columns, type Strategy } from "../../../../apiserver/mod.ts";
import { type StorageVersionMigration, storageVersionMigrations } from "./schema.ts";
import { validateMigration, validateMigrationUpdate } from "./validation.ts";

const outcomes = ["Succeeded", "Failed", "Running"];

export const strategy: Strategy<StorageVersionMigration> = {
  resource: storageVersionMigrations,
  allowUnconditionalUpdate: false,
  validate: validateMigration,
  validateUpdate: validateMigrationUpdate,
  columns: [
    columns.text("Name", ({ metadata }) => metadata.name, {
      describedBy: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.name",
    }),
    columns.text("Resource", resourceText, { description: "GroupResource to migrate" }),
    columns.text("Status", statusText, { description: "Status of the migration" }),
  ],
};

/** `toys.example.com`; without a dot for the core group. */
export function resourceText({ spec }: StorageVersionMigration): string {
  const { group, resource } = spec?.resource ?? {};
  return group ? `${resource}.${group}` : (resource ?? "");
}

function statusText({ status }: StorageVersionMigration): string {
  return outcomes.find((type) => isConditionTrue(status?.conditions, type)) ?? "Unknown";
}
