/** StorageVersionMigration, as the rest of the program finds it. */
import { defineKind } from "../../../kind-module.ts";
import { StorageVersionMigrator } from "./migrator.ts";
import { strategy } from "./strategy.ts";

const name = "storage-version-migrator-controller";
const role = `system:controller:${name}`;

export const kindModule = defineKind({
  strategy,
  priority: { group: 15800, version: 9 },
  controllers: [{ name, create: (context, options) => new StorageVersionMigrator(options, context) }],
  access: {
    clusterRoles: [
      {
        name: role,
        rules: [
          { apiGroups: ["*"], resources: ["*"], verbs: ["create", "list", "patch"] },
          { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["get"] },
          { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions/status"], verbs: ["patch"] },
          { apiGroups: ["storagemigration.k8s.io"], resources: ["storageversionmigrations/status"], verbs: ["update"] },
        ],
      },
    ],
    clusterRoleBindings: [
      { name: role, role, roleKind: "ClusterRole", subjects: [{ serviceAccount: `kube-system/${name}` }] },
    ],
  },
});
