/** Images are pulled for every start, so that who may not pull an image cannot use it because somebody else has. Off by default. */
import { type corev1, resources } from "../../api/mod.ts";
import type { AdmissionAttributes, AdmissionPlugin } from "../contract.ts";
import { forbidden, joinReasons } from "../refusal.ts";
import { concerns, incoming, isWrite, stored } from "../request.ts";

type Container = corev1.Container | corev1.EphemeralContainer;

const policy = "Always";

/** Each list of containers with its place in the pod. */
function containerLists({ spec }: corev1.Pod): readonly (readonly [string, readonly Container[]])[] {
  return [
    ["spec.initContainers", spec.initContainers ?? []],
    ["spec.containers", spec.containers],
    ["spec.ephemeralContainers", spec.ephemeralContainers ?? []],
  ];
}

function imagesOf(pod: corev1.Pod): string[] {
  const volumes = (pod.spec.volumes ?? []).flatMap(({ image }) => image?.reference ?? []);
  return [...containerLists(pod).flatMap(([, list]) => list.flatMap(({ image }) => image ?? [])), ...volumes];
}

/** Pods made before the plugin was switched on may be changed in other ways. */
function bringsNoImage(attributes: AdmissionAttributes): boolean {
  const old = stored<corev1.Pod>(attributes);
  if (!old) return false;
  const known = new Set(imagesOf(old));
  return imagesOf(incoming<corev1.Pod>(attributes)).every((image) => known.has(image));
}

function unsupported(where: string, value: string | undefined): string {
  return `${where}: Unsupported value: ${JSON.stringify(value ?? "")}: supported values: "${policy}"`;
}

function problems(pod: corev1.Pod): string[] {
  const ofContainers = containerLists(pod).flatMap(([path, list]) =>
    list.flatMap(({ imagePullPolicy: given }, at) =>
      given === policy ? [] : [unsupported(`${path}[${at}].imagePullPolicy`, given)],
    ),
  );
  const ofVolumes = (pod.spec.volumes ?? []).flatMap(({ image }, at) =>
    !image || image.pullPolicy === policy
      ? []
      : [unsupported(`spec.volumes[${at}].image.pullPolicy`, image.pullPolicy)],
  );
  return [...ofContainers, ...ofVolumes];
}

export const alwaysPullImages: AdmissionPlugin = {
  name: "AlwaysPullImages",
  handlesByKind: true,

  handles(attributes: AdmissionAttributes): boolean {
    return isWrite(attributes) && concerns(attributes, resources.pods);
  },

  admit(attributes: AdmissionAttributes): void {
    if (bringsNoImage(attributes)) return;
    const pod = incoming<corev1.Pod>(attributes);
    for (const [, list] of containerLists(pod)) for (const container of list) container.imagePullPolicy = policy;
    for (const { image } of pod.spec.volumes ?? []) if (image) image.pullPolicy = policy;
  },

  /** Somebody after it may have set it back. */
  validate(attributes: AdmissionAttributes): void {
    if (bringsNoImage(attributes)) return;
    const found = problems(incoming<corev1.Pod>(attributes));
    if (found.length > 0) throw forbidden(attributes, joinReasons(found));
  },
};
