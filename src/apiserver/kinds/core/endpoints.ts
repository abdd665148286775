import { type corev1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { firstOf } from "../text.ts";
import { validateEndpoints } from "./endpoints-validation.ts";

export const endpoints: Strategy<corev1.Endpoints> = {
  resource: resources.endpoints,
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  allowCreateOnUpdate: true,
  columns: [
    nameColumn,
    text("Endpoints", endpointsText, { describedBy: "io.k8s.api.core.v1.Endpoints.subsets" }),
    ageColumn,
  ],
  validate: validateEndpoints,
  validateUpdate: validateEndpoints,
};

function endpointsText({ subsets }: corev1.Endpoints): string {
  const all = (subsets ?? []).flatMap(({ addresses, ports }) =>
    ports?.length
      ? ports.flatMap(({ port }) => (addresses ?? []).map(({ ip }) => hostPort(ip, port)))
      : (addresses ?? []).map(({ ip }) => ip),
  );
  return all.length === 0 ? "<none>" : firstOf(all, 3);
}

function hostPort(ip: string, port: number): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
