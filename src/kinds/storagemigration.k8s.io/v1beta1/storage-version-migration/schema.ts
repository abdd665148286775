/** StorageVersionMigration (KEP-4192): a wish that every object of a resource be stored in today's storage version. */
import { type Infer, metav1, resource, schema } from "../../../../api/mod.ts";

const { field, kind, list, message, string } = schema;
const apiVersion = "storagemigration.k8s.io/v1beta1";

const groupResource = message("io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource", {
  group: field(1, string, { required: true }),
  resource: field(2, string, { required: true }),
});

const storageVersionMigrationSpec = message("io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationSpec", {
  resource: field(1, groupResource, { required: true }),
});
export interface StorageVersionMigrationSpec extends Infer<typeof storageVersionMigrationSpec> {}

const storageVersionMigrationStatus = message("io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationStatus", {
  conditions: field(1, list(metav1.condition, { listType: "map", listMapKeys: ["type"] }), {
    patchStrategy: "merge",
    patchMergeKey: "type",
  }),
  resourceVersion: field(2, string),
});
export interface StorageVersionMigrationStatus extends Infer<typeof storageVersionMigrationStatus> {}

const storageVersionMigration = kind("io.k8s.api.storagemigration.v1beta1.StorageVersionMigration", apiVersion, {
  metadata: field(1, metav1.objectMeta, { always: true }),
  spec: field(2, storageVersionMigrationSpec, { always: true }),
  status: field(3, storageVersionMigrationStatus, { always: true }),
});
export interface StorageVersionMigration extends Infer<typeof storageVersionMigration> {}

export const specSchema = storageVersionMigrationSpec;

export const storageVersionMigrations = resource<StorageVersionMigration>(
  storageVersionMigration,
  "storageversionmigrations",
  {
    list: metav1.listKind("io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationList", storageVersionMigration),
    clusterWide: true,
    status: true,
  },
);
