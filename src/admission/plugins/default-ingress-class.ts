/** An ingress that names no class gets the default one, where there is one. */
import { type networkingv1, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { concerns, incoming } from "../request.ts";
import { defaultOf } from "./default-class.ts";

const annotation = "ingressclass.kubernetes.io/is-default-class";
/** The class's place before it was a field. */
const classAnnotation = "kubernetes.io/ingress.class";

export class DefaultIngressClass implements AdmissionPlugin {
  readonly name = "DefaultIngressClass";
  readonly handlesByKind = true;
  readonly #classes: Lister<networkingv1.IngressClass>;

  constructor(context: AdmissionContext) {
    this.#classes = context.informers.informer(resources.ingressclasses).lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === "CREATE" && concerns(attributes, resources.ingresses);
  }

  admit(attributes: AdmissionAttributes): void {
    const ingress = incoming<networkingv1.Ingress>(attributes);
    if (ingress.spec?.ingressClassName !== undefined) return;
    if (ingress.metadata.annotations?.[classAnnotation] !== undefined) return;
    const found = defaultOf(this.#classes.list(), [annotation]);
    if (found) ingress.spec = { ...ingress.spec, ingressClassName: found.metadata.name };
  }
}
