/** How discovery is to be shown: its own rules of negotiation, which differ between the paths as upstream's two ways of serving them do. */
import type { Representation } from "../encode/accept.ts";
import { notAcceptable, notAcceptableOnly } from "../errors.ts";

/** `root`: groups and their lists; `version`: `/api` and what a version serves, which take no `application/*`. */
export type DiscoveryPath = "root" | "version";

const mediaTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=apigroupdiscoverylist";

/** `aggregates`: the path has the form of all groups in one document. Throws the 406. Protobuf is answered as JSON. */
export function discoveryForm(
  accept: string | undefined,
  path: DiscoveryPath,
  aggregates: boolean,
): Representation & { readonly format: "json" | "yaml" } {
  if (!accept) return { format: "json" };
  let isKnownType = false;
  for (const clause of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = clause.split(";").map((part) => part.trim());
    if (!mediaTypes.includes(type) && type !== "*/*" && (path === "version" || type !== "application/*")) continue;
    isKnownType = true;
    const format = type === "application/yaml" ? "yaml" : "json";
    if (!parameters.some((parameter) => parameter.startsWith("as="))) return { format };
    if (aggregates && asksForAggregated(type, parameters))
      return { format, as: "APIGroupDiscoveryList", asVersion: "v2" };
  }
  throw path === "version" && !isKnownType ? notAcceptable(mediaTypes) : notAcceptableOnly(mediaTypes);
}

function asksForAggregated(type: string, parameters: readonly string[]): boolean {
  const [json, ...wanted] = aggregated.split(";");
  return type === json && wanted.every((parameter) => parameters.includes(parameter));
}
