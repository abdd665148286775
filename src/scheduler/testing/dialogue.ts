/** Plays golden dialogues with the scheduler's pure core: lines that make a cluster and ask for decisions, and the answers. For tests. */
import { parse } from "yaml";
import type { corev1, policyv1, storagev1 } from "../../api/mod.ts";
import { labelSelectorAsSelector } from "../../api/mod.ts";
import { SchedulerCache } from "../cache.ts";
import { decide } from "../cycle.ts";
import { diagnosisMessage } from "../diagnosis.ts";
import type { ClusterReader } from "../framework.ts";
import { planPreemption } from "../plugins/default-preemption.ts";
import { podInfo } from "../pod-info.ts";
import { defaultPlugins } from "../profile.ts";

/** The first of equals wins, and every search begins at the first node. */
const draw = { start: 0, random: () => 0.999 };
const profile = { plugins: defaultPlugins, percentageOfNodesToScore: 0 };

type Fields = Record<string, string>;

interface Command {
  readonly verb: string;
  readonly name: string;
  readonly fields: Fields;
  /** Indented YAML under the line: goes into the object's spec. */
  readonly spec: Record<string, unknown>;
}

/** Answers the text with every block's answer as it is now. A block is commands, `----`, the answer; blank lines part blocks. */
export function play(text: string): string {
  const stage = new Stage();
  const blocks = text.trimEnd().split(/\n{2,}/);
  return `${blocks.map((block) => playBlock(stage, block)).join("\n\n")}\n`;
}

function playBlock(stage: Stage, block: string): string {
  const [input = ""] = block.split(/^----\n?/m);
  const lines = input.trimEnd();
  const answers = commands(lines).flatMap((command) => stage.run(command));
  return answers.length === 0 ? lines : `${lines}\n----\n${answers.join("\n")}`;
}

function commands(input: string): Command[] {
  const groups = input
    .split("\n")
    .filter((line) => !line.startsWith("#") && line.trim() !== "")
    .reduce<string[][]>((all, line) => {
      if (line.startsWith(" ")) all.at(-1)!.push(line);
      else all.push([line]);
      return all;
    }, []);
  return groups.map(([line, ...spec]) => {
    const [verb = "", name = "", ...words] = line!.split(/\s+/);
    const fields = Object.fromEntries(words.map((word) => splitOnce(word, "=")));
    return { verb, name, fields, spec: (parse(spec.join("\n")) as Record<string, unknown> | null) ?? {} };
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** `a=b,c=d`. */
function labels(text: string | undefined): Fields {
  return Object.fromEntries(
    (text ?? "")
      .split(",")
      .filter(Boolean)
      .map((part) => splitOnce(part, "=")),
  );
}

class Stage implements ClusterReader {
  readonly #cache = new SchedulerCache(this);
  readonly #namespaces = new Map<string, Fields>();
  readonly #services: corev1.Service[] = [];
  readonly #claims: corev1.PersistentVolumeClaim[] = [];
  readonly #volumes: corev1.PersistentVolume[] = [];
  readonly #classes: storagev1.StorageClass[] = [];
  readonly #budgets: policyv1.PodDisruptionBudget[] = [];

  run({ verb, name, fields, spec }: Command): string[] {
    switch (verb) {
      case "node":
        this.#cache.setNode(makeNode(name, fields, spec));
        return [];
      case "pod":
        this.#cache.setPod(podInfo(makePod(name, fields, spec)));
        return [];
      case "remove":
        this.#cache.removePod(name);
        return [];
      case "schedule":
        return [this.#schedule(makePod(name, fields, spec))];
      default:
        this.#addOther(verb, name, fields, spec);
        return [];
    }
  }

  #addOther(verb: string, name: string, fields: Fields, spec: Record<string, unknown>): void {
    const [namespace, plain = namespace] = splitOnce(name, "/").filter(Boolean);
    const metadata = { name: plain, namespace, labels: labels(fields["labels"]) };
    const object = { metadata, spec, ...(fields["status"] && { status: parse(fields["status"]) }) } as never;
    const lists: Record<string, unknown[]> = {
      service: this.#services,
      claim: this.#claims,
      volume: this.#volumes,
      budget: this.#budgets,
    };
    if (verb === "namespace") this.#namespaces.set(name, metadata.labels);
    else if (verb === "class") this.#classes.push({ metadata, ...spec } as unknown as storagev1.StorageClass);
    else if (lists[verb]) lists[verb].push(object);
    else throw new Error(`unknown command ${verb}`);
  }

  #schedule(pod: corev1.Pod): string {
    const info = podInfo(pod);
    const decision = decide(info, this.#cache, profile, draw);
    if (decision.kind === "placed") {
      this.#cache.nominations.remove(info.key);
      this.#cache.assume(info, decision.node.name);
      return `${info.key}: ${decision.node.name}`;
    }
    const { diagnosis } = decision;
    const message = diagnosisMessage(diagnosis);
    if (diagnosis.nodeCount === 0) return `${info.key}: ${message}`;
    const preemption = planPreemption(info, this.#cache, diagnosis, draw);
    if (preemption.kind === "none") return `${info.key}: ${message} ${preemption.message}`.trimEnd();
    const { node, victims } = preemption.candidate;
    this.#cache.nominations.add(info, node.name);
    return `${info.key}: ${message}\n${info.key}: preempts ${victims.map(({ key }) => key).join(", ")} on ${node.name}`;
  }

  namespaceLabels(name: string) {
    return this.#namespaces.get(name) ?? {};
  }

  namespaces() {
    return [...this.#namespaces.keys()];
  }

  owningSelectors({ metadata }: corev1.Pod) {
    return this.#services
      .filter((service) => service.metadata.namespace === metadata.namespace)
      .map(({ spec }) => labelSelectorAsSelector({ matchLabels: spec.selector ?? {} }))
      .filter((selector) => selector.matches(metadata.labels ?? {}));
  }

  claim(name: string, namespace: string) {
    return this.#claims.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  volume(name: string) {
    return this.#volumes.find(({ metadata }) => metadata.name === name);
  }

  volumes() {
    return this.#volumes;
  }

  storageClass(name: string) {
    return this.#classes.find(({ metadata }) => metadata.name === name);
  }

  disruptionBudgets(namespace: string) {
    return this.#budgets.filter(({ metadata }) => metadata.namespace === namespace);
  }
}

function makeNode(name: string, fields: Fields, spec: Record<string, unknown>): corev1.Node {
  const { cpu = "4", memory = "8Gi", pods = "110", taint, labels: own, cordoned, images, ...others } = fields;
  const [keyAndValue = "", effect] = taint?.split(":") ?? [];
  const [key, value] = splitOnce(keyAndValue, "=");
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels(own) } },
    spec: {
      ...(taint && { taints: [{ key, value, effect }] }),
      ...(cordoned !== undefined && { unschedulable: true }),
      ...spec,
    },
    status: {
      allocatable: { cpu, memory, pods, "ephemeral-storage": "100Gi", ...others },
      images: Object.entries(labels(images)).map(([image, size]) => ({ names: [image], sizeBytes: Number(size) })),
    },
  } as unknown as corev1.Node;
}

function makePod(key: string, fields: Fields, spec: Record<string, unknown>): corev1.Pod {
  const { on, priority, labels: own, started, nominated, ...requests } = fields;
  const [namespace, name] = splitOnce(key, "/");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, uid: key, labels: labels(own) },
    spec: {
      containers: [{ name: "main", image: "app:1", resources: { requests } }],
      ...(on && { nodeName: on }),
      ...(priority && { priority: Number(priority) }),
      ...spec,
    },
    status: { ...(started && { startTime: started }), ...(nominated && { nominatedNodeName: nominated }) },
  } as unknown as corev1.Pod;
}
