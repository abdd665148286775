import { type discoveryv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { unset } from "../core/volume-text.ts";
import { firstOf } from "../text.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "./endpoint-slice-validation.ts";

const docs = "io.k8s.api.discovery.v1.EndpointSlice";

export const endpointSlice: Strategy<discoveryv1.EndpointSlice> = {
  resource: resources.endpointslices,
  bumpsGeneration: true,
  generationCounts: "labels",
  columns: [
    nameColumn,
    text("AddressType", (object) => object.addressType, { describedBy: `${docs}.addressType` }),
    text("Ports", portsText, { describedBy: `${docs}.ports` }),
    text("Endpoints", endpointsText, { describedBy: `${docs}.endpoints` }),
    ageColumn,
  ],
  prepareForCreate: dropTopology,
  prepareForUpdate(object, old) {
    if (object.endpoints !== old.endpoints) dropTopology(object);
  },
  validate: validateEndpointSlice,
  warnings: ({ addressType }, _context, old) =>
    !old && addressType === "FQDN" ? ["spec.addressType: FQDN endpoints are deprecated"] : [],
  validateUpdate: validateEndpointSliceUpdate,
};

/** Version v1 only shows it, for slices that were made through an older one. */
function dropTopology({ endpoints }: discoveryv1.EndpointSlice): void {
  for (const endpoint of endpoints ?? []) delete endpoint.deprecatedTopology;
}

function portsText({ ports }: discoveryv1.EndpointSlice): string {
  if (!ports?.length) return unset;
  return firstOf(
    ports.map(({ port, name }) => (port === undefined ? name || "*" : String(port))),
    3,
  );
}

function endpointsText({ endpoints }: discoveryv1.EndpointSlice): string {
  const addresses = (endpoints ?? []).flatMap((endpoint) => endpoint.addresses);
  return addresses.length === 0 ? unset : firstOf(addresses, 3);
}
