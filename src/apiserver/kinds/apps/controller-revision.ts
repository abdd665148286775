import { type appsv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateControllerRevision, validateControllerRevisionUpdate } from "./controller-revision-validation.ts";

export const controllerRevision: Strategy<appsv1.ControllerRevision> = {
  resource: resources.controllerrevisions,
  columns: [
    nameColumn,
    text("Controller", controllerText, { description: "Controller of the object" }),
    text("Revision", (object) => object.revision, { describedBy: "io.k8s.api.apps.v1.ControllerRevision.revision" }),
    ageColumn,
  ],
  validate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
};

/** `daemonset.apps/name` */
function controllerText({ metadata }: appsv1.ControllerRevision): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller);
  if (!owner) return "<none>";
  const [group] = owner.apiVersion.includes("/") ? owner.apiVersion.split("/") : [""];
  return `${owner.kind.toLowerCase()}${group ? `.${group}` : ""}/${owner.name}`;
}
