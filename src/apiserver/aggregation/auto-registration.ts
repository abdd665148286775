/** APIServices that nobody has to make: one for every group version of custom resources, as long as one is served. */
import { clone, ignoreNotFound, isAlreadyExists, resources } from "../../api/mod.ts";
import { type Component, type ComponentContext, ControllerLoop } from "../../client/mod.ts";
import type { RegisteredServices } from "./registered-services.ts";

const automanaged = "kube-aggregator.kubernetes.io/automanaged";
/** Custom resources stand behind all that is built in. */
const groupPriorityMinimum = 1000;
const versionPriority = 100;

export class AutoRegistration implements Component {
  readonly name = "apiservice-registration";
  readonly #registered: RegisteredServices;
  readonly #context: ComponentContext;
  readonly #definitions;
  readonly #loop: ControllerLoop;

  constructor(registered: RegisteredServices, context: ComponentContext) {
    this.#registered = registered;
    this.#context = context;
    this.#definitions = context.informers.informer(resources.customresourcedefinitions);
    this.#definitions.addIndex("served", ({ spec }) =>
      (spec.versions ?? []).filter(({ served }) => served).map(({ name }) => `${name}.${spec.group}`),
    );
    this.#loop = new ControllerLoop({
      name: this.name,
      log: context.log,
      clock: context.clock,
      reconcile: (name) => this.#reconcile(name),
      workers: 1,
    });
    const changed = ({ spec }: { spec: { group: string; versions?: readonly { name: string }[] } }) => {
      for (const { name } of spec.versions ?? []) this.#loop.queue.add(`${name}.${spec.group}`);
    };
    this.#definitions.addHandler({
      add: changed,
      update: (next, old) => {
        changed(old);
        changed(next);
      },
      delete: changed,
    });
    const enqueue = ({ metadata }: { metadata: { name: string } }) => this.#loop.queue.add(metadata.name);
    registered.informer.addHandler({ add: enqueue, update: enqueue, delete: enqueue });
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Those that somebody has written by hand, and those of this server itself, are let be. */
  async #reconcile(name: string): Promise<void> {
    const present = this.#registered.informer.lister.get(name);
    const wanted = this.#definitions.lister.byIndex("served", name).length > 0;
    if (!present) return wanted ? this.#create(name) : undefined;
    if (present.metadata.labels?.[automanaged] !== "true") return;
    const services = this.#context.client.resource(resources.apiservices);
    if (!wanted) {
      const { uid } = present.metadata;
      return services.delete(name, { preconditions: { uid } }).catch(ignoreNotFound);
    }
    const spec = specOf(name);
    const same = Object.entries(spec).every(([key, value]) => present.spec[key as keyof typeof spec] === value);
    if (same && !present.spec.service && !present.spec.caBundle) return;
    await services.update({ ...clone(present), spec });
  }

  async #create(name: string): Promise<void> {
    const metadata = { name, labels: { [automanaged]: "true" } };
    await this.#context.client
      .resource(resources.apiservices)
      .create({ metadata, spec: specOf(name) })
      .catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
  }
}

function specOf(name: string) {
  const dot = name.indexOf(".");
  return { group: name.slice(dot + 1), version: name.slice(0, dot), groupPriorityMinimum, versionPriority };
}
