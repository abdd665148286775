/** Nothing is made in a namespace that is not there or is going away, and the system's own namespaces stay. */
import { type corev1, isNotFound, resources } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden, notFound } from "../refusal.ts";
import { concerns } from "../request.ts";

const immortal: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

/** For this long after its deletion was asked for, a namespace is read from the API: the cache may still think it active. */
const distrustMs = 30_000;

export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = "NamespaceLifecycle";
  readonly #context: AdmissionContext;
  readonly #namespaces: Lister<corev1.Namespace>;
  /** Ends of distrust, by namespace; what is over is dropped when another one comes. */
  readonly #distrusted = new Map<string, number>();

  constructor(context: AdmissionContext) {
    this.#context = context;
    this.#namespaces = context.informers.informer(resources.namespaces).lister;
  }

  handles({ operation, namespace, resource }: AdmissionAttributes): boolean {
    if (operation === "CONNECT") return false;
    return operation === "DELETE" ? resource.resource === "namespaces" && resource.group === "" : Boolean(namespace);
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    if (attributes.operation === "DELETE") return this.#deletion(attributes);
    if (attributes.resource.resource === "namespaces" && attributes.resource.group === "") return;
    if (attributes.resource.resource === "localsubjectaccessreviews") return;
    const namespace = attributes.namespace!;
    const cached = this.#isDistrusted(namespace) ? undefined : this.#namespaces.get(namespace);
    if (cached) return this.#judge(attributes, cached);
    return this.#live(namespace).then((live) => this.#judge(attributes, live));
  }

  #deletion(attributes: AdmissionAttributes): void {
    const name = attributes.name ?? "";
    if (!concerns(attributes, resources.namespaces)) return;
    if (immortal.has(name)) throw forbidden(attributes, "this namespace may not be deleted");
    const now = this.#context.clock.monotonic();
    for (const [known, end] of this.#distrusted) if (end <= now) this.#distrusted.delete(known);
    this.#distrusted.set(name, now + distrustMs);
  }

  #isDistrusted(namespace: string): boolean {
    return (this.#distrusted.get(namespace) ?? 0) > this.#context.clock.monotonic();
  }

  async #live(name: string): Promise<corev1.Namespace> {
    try {
      return await this.#context.client.resource(resources.namespaces).get(name);
    } catch (error) {
      throw isNotFound(error) ? notFound("namespaces", name) : error;
    }
  }

  #judge(attributes: AdmissionAttributes, namespace: corev1.Namespace): void {
    if (attributes.operation !== "CREATE" || namespace.status?.phase !== "Terminating") return;
    const { name } = namespace.metadata;
    throw forbidden(attributes, `unable to create new content in namespace ${name} because it is being terminated`, [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${name} is being terminated`,
        field: "metadata.namespace",
      },
    ]);
  }
}
