/** A container as CRI makes it. */
import type { corev1 } from "../../api/mod.ts";
import type { Message } from "../cri/types.ts";
import { expand } from "../environment/expand.ts";
import type { ContainerConfig, LinuxResources } from "../runtime/contract.ts";
import {
  containerHashAnnotation,
  containerNameLabel,
  endsAnnotation,
  resourcesAnnotation,
  restartCountAnnotation,
  terminationMessageFileAnnotation,
  terminationMessagePathAnnotation,
  terminationMessagePolicyAnnotation,
} from "../runtime/labels.ts";
import { type ContainerRole, containerHash, type PodContainer } from "./containers.ts";
import { resourcesOf } from "./resources.ts";
import { podLabels } from "./sandbox-config.ts";
import { containerSecurity } from "./security-context.ts";

export interface ContainerInput {
  readonly pod: corev1.Pod;
  readonly container: PodContainer;
  /** Counts from 0 over the pod's life. */
  readonly attempt: number;
  /** What the image service answered for the image. */
  readonly imageRef: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly mounts: readonly Message<"Mount">[];
  readonly resources: LinuxResources;
  /** On the node; where the container's termination message is written. */
  readonly terminationMessageFile?: string;
  readonly targetContainerId?: string;
  readonly volumeGroups?: readonly number[];
}

function annotations({ pod, container, attempt, terminationMessageFile }: ContainerInput): Record<string, string> {
  const { spec, role } = container;
  return {
    ...(shouldEnd(pod, role) && { [endsAnnotation]: "true" }),
    [containerHashAnnotation]: containerHash(spec),
    [restartCountAnnotation]: String(attempt),
    [resourcesAnnotation]: JSON.stringify(resourcesOf(spec)),
    [terminationMessagePathAnnotation]: spec.terminationMessagePath ?? "/dev/termination-log",
    [terminationMessagePolicyAnnotation]: spec.terminationMessagePolicy ?? "File",
    ...(terminationMessageFile && { [terminationMessageFileAnnotation]: terminationMessageFile }),
  };
}

function shouldEnd(pod: corev1.Pod, role: ContainerRole): boolean {
  return role === "init" || (role === "regular" && (pod.spec.restartPolicy ?? "Always") !== "Always");
}

export function containerConfig(input: ContainerInput): ContainerConfig {
  const { pod, container, environment, attempt, mounts, resources, targetContainerId, volumeGroups } = input;
  const { spec } = container;
  const security = { ...(targetContainerId && { targetContainerId }), ...(volumeGroups && { volumeGroups }) };
  return {
    metadata: { name: spec.name, attempt },
    image: { image: input.imageRef, userSpecifiedImage: spec.image ?? "" },
    command: (spec.command ?? []).map((text) => expand(text, environment)),
    args: (spec.args ?? []).map((text) => expand(text, environment)),
    workingDir: spec.workingDir ?? "",
    envs: [...environment].map(([key, value]) => ({ key, value })),
    mounts,
    labels: { ...podLabels(pod), [containerNameLabel]: spec.name },
    annotations: annotations(input),
    logPath: `${spec.name}/${attempt}.log`,
    stdin: spec.stdin === true,
    stdinOnce: spec.stdinOnce === true,
    tty: spec.tty === true,
    linux: { resources, securityContext: containerSecurity(pod, container, security) },
  };
}
