import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, selectorText, templateColumns, text, wide } from "../columns.ts";
import { hostNameWarnings, podNamesUse } from "../name-warnings.ts";
import { replicaScale, scaleSelector } from "../scale.ts";
import { templateWarnings } from "../workload-warnings.ts";
import { validateDeployment, validateDeploymentUpdate } from "./deployment-validation.ts";

const docs = "io.k8s.api.apps.v1.DeploymentStatus";

export const deployment: Strategy<appsv1.Deployment> = {
  resource: resources.deployments,
  hasStatus: true,
  bumpsGeneration: true,
  generationCounts: "annotations",
  columns: [
    nameColumn,
    text("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`, {
      description: "Number of the pod with ready state",
    }),
    text("Up-to-date", ({ status }) => status?.updatedReplicas ?? 0, { describedBy: `${docs}.updatedReplicas` }),
    text("Available", ({ status }) => status?.availableReplicas ?? 0, { describedBy: `${docs}.availableReplicas` }),
    ageColumn,
    ...templateColumns<appsv1.Deployment>((object) => object.spec.template.spec),
    wide(
      text("Selector", (object) => selectorText(object.spec.selector), {
        describedBy: "io.k8s.api.apps.v1.DeploymentSpec.selector",
      }),
    ),
  ],
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: (object, _context, old) => [
    ...(old ? [] : hostNameWarnings(object.metadata.name, podNamesUse)),
    ...templateWarnings(object.spec.template, "spec.template", object, old),
  ],
  scale: replicaScale<appsv1.Deployment>(scaleSelector),
};
