/** What this server says of itself: discovery and OpenAPI. */
import {
  aggregatedDiscoveryDocument,
  apiGroupDocument,
  apiGroupListDocument,
  apiResourceListDocument,
  type OpenApiOptions,
  openApiV2,
  openApiV3,
} from "../api/mod.ts";
import { root } from "./request.ts";
import { apiVersion, group, metricsResources, version } from "./schema.ts";

const served = { name: group, versions: [version] };
const options: OpenApiOptions = { resources: metricsResources, groups: [served], version: "1.36" };
const v3 = "/openapi/v3";

export const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Nothing where the path has no document. */
export function documentAt(path: string): object | undefined {
  switch (path) {
    case "/apis":
      return apiGroupListDocument([served]);
    case `/apis/${group}`:
      return apiGroupDocument(served);
    case root:
      return apiResourceListDocument(apiVersion, metricsResources);
    case "/openapi/v2":
      return openApiV2(options);
    case v3:
      return { paths: { [root.slice(1)]: { serverRelativeURL: `${v3}${root}` } } };
    case `${v3}${root}`:
      return openApiV3(root.slice(1), options);
    default:
      return undefined;
  }
}

/** `/apis` in its newer form. */
export function aggregatedDocument(): object {
  return aggregatedDiscoveryDocument([{ name: group, versions: [{ version, resources: metricsResources }] }]);
}
