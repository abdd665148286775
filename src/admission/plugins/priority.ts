/** Turns a pod's priority class into its priority. */
import { type corev1, resources, type schedulingv1 } from "../../api/mod.ts";
import type { Lister } from "../../client/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden } from "../refusal.ts";
import { concerns, find, incoming, isWrite, stored } from "../request.ts";

type PriorityClass = schedulingv1.PriorityClass;

const classes = resources.priorityclasses;

interface Settled {
  readonly name?: string;
  readonly value: number;
  readonly preemptionPolicy: NonNullable<PriorityClass["preemptionPolicy"]>;
}

/** Every pod without a class asks for the default one. */
const [defaultIndex, marked] = ["globalDefault", "true"];

const noClass: Settled = { value: 0, preemptionPolicy: "PreemptLowerPriority" };

export class Priority implements AdmissionPlugin {
  readonly name = "Priority";
  readonly handlesByKind = true;
  readonly #context: AdmissionContext;
  readonly #classes: Lister<PriorityClass>;

  constructor(context: AdmissionContext) {
    this.#context = context;
    const informer = context.informers.informer(classes);
    informer.addIndex(defaultIndex, ({ globalDefault }) => (globalDefault ? [marked] : []));
    this.#classes = informer.lister;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && (concerns(attributes, resources.pods) || concerns(attributes, classes));
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    if (!concerns(attributes, resources.pods)) return;
    return attributes.operation === "CREATE" ? this.#admitPod(attributes) : keepPriority(attributes);
  }

  validate(attributes: AdmissionAttributes): void {
    if (concerns(attributes, classes)) this.#onlyOneDefault(attributes);
  }

  #admitPod(attributes: AdmissionAttributes): void | Promise<void> {
    const { priorityClassName: name } = incoming<corev1.Pod>(attributes).spec;
    if (name) return this.#namedClass(attributes, name).then((found) => setPriority(attributes, found));
    const found = this.#defaultClass();
    setPriority(attributes, found ? settled(found) : noClass);
  }

  async #namedClass(attributes: AdmissionAttributes, name: string): Promise<Settled> {
    const from = { lister: this.#classes, client: this.#context.client, resource: classes };
    const found = await find(from, name);
    if (!found) throw forbidden(attributes, `no PriorityClass with name ${name} was found`);
    return settled(found);
  }

  /** Where several are marked, by a race or by hand, the least surprising one: the lowest. */
  #defaultClass(): PriorityClass | undefined {
    return this.#classes.byIndex(defaultIndex, marked).toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
  }

  #onlyOneDefault(attributes: AdmissionAttributes): void {
    const wanted = incoming<PriorityClass>(attributes);
    if (!wanted.globalDefault) return;
    const other = this.#classes
      .byIndex(defaultIndex, marked)
      .find((known) => known.metadata.name !== wanted.metadata.name);
    if (other === undefined) return;
    const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
    throw forbidden(attributes, why);
  }
}

function setPriority(attributes: AdmissionAttributes, { name, value, preemptionPolicy }: Settled): void {
  const { spec } = incoming<corev1.Pod>(attributes);
  if (spec.priority !== undefined && spec.priority !== value) {
    const given = `the integer value of priority (${spec.priority})`;
    throw forbidden(attributes, `${given} must not be provided in pod spec; ${computed(value)}`);
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    const given = `the string value of PreemptionPolicy (${spec.preemptionPolicy})`;
    throw forbidden(attributes, `${given} must not be provided in pod spec; ${computed(preemptionPolicy)}`);
  }
  if (name !== undefined) spec.priorityClassName = name;
  spec.priority = value;
  spec.preemptionPolicy = preemptionPolicy;
}

function settled({ metadata, value = 0, preemptionPolicy = "PreemptLowerPriority" }: PriorityClass): Settled {
  return { name: metadata.name, value, preemptionPolicy };
}

function computed(value: number | string): string {
  return `priority admission controller computed ${value} from the given PriorityClass name`;
}

/** A client that writes a pod back from its own file does not know what was computed. */
function keepPriority(attributes: AdmissionAttributes): void {
  const { spec } = incoming<corev1.Pod>(attributes);
  const old = stored<corev1.Pod>(attributes)?.spec;
  if (old?.priority !== undefined) spec.priority ??= old.priority;
  if (old?.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
}
