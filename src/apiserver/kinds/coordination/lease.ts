import { type coordinationv1, resources } from "../../../api/mod.ts";
import type { Strategy } from "../../registry/strategy.ts";
import { ageColumn, nameColumn, text } from "../columns.ts";
import { validateLease } from "./lease-validation.ts";

export const lease: Strategy<coordinationv1.Lease> = {
  resource: resources.leases,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  columns: [
    nameColumn,
    text("Holder", (object) => object.spec?.holderIdentity ?? "", {
      describedBy: "io.k8s.api.coordination.v1.LeaseSpec.holderIdentity",
    }),
    ageColumn,
  ],
  prepareForCreate: dropElection,
  prepareForUpdate(object, old) {
    if (object.spec !== old.spec) dropElection(object);
  },
  validate: validateLease,
  validateUpdate: validateLease,
};

/** Coordinated leader election is off, and its fields with it. */
function dropElection({ spec }: coordinationv1.Lease): void {
  delete spec?.strategy;
  delete spec?.preferredHolder;
}
