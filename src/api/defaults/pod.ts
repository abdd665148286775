/** Defaults of pods and of everything that holds a pod's template. */
import {
  type Container,
  container,
  ephemeralContainerCommon,
  type ResourceRequirements,
  resourceRequirements,
} from "../core/v1/container.ts";
import { pod } from "../core/v1/pod.ts";
import { podSpec } from "../core/v1/pod-spec.ts";
import { podStatus } from "../core/v1/pod-status.ts";
import { httpGetAction, probe } from "../core/v1/probe.ts";
import {
  downwardAPIVolumeSource,
  projectedVolumeSource,
  serviceAccountTokenProjection,
} from "../core/v1/projected-volume.ts";
import { objectFieldSelector } from "../core/v1/references.ts";
import {
  configMapVolumeSource,
  hostPathVolumeSource,
  imageVolumeSource,
  secretVolumeSource,
  volume,
  volumeSource,
} from "../core/v1/volume.ts";
import { parseQuantity, quantityOf } from "../quantity.ts";
import { jsonFields } from "../schema/walk.ts";
import { setPodResources } from "./pod-resources.ts";
import { defaultsOf, defaultsOfPart } from "./rules.ts";

/** -rw-r--r-- */
const fileMode = 0o644;

const volumeSources = jsonFields(volumeSource);

export const podDefaults = [
  defaultsOfPart(pod, "spec", (spec) => {
    for (const one of [...spec.containers, ...(spec.initContainers ?? [])]) setRequests(one.resources);
    setPodResources(spec);
    spec.enableServiceLinks ??= true;
    if (spec.hostNetwork) for (const one of [...spec.containers, ...(spec.initContainers ?? [])]) setHostPorts(one);
  }),
  defaultsOf(podSpec, (spec) => {
    // Two names of one field: of the older one counts only what the newer one does not say.
    if (!spec.serviceAccountName && spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
    if (spec.serviceAccountName && spec.serviceAccount !== spec.serviceAccountName)
      spec.serviceAccount = spec.serviceAccountName;
    spec.dnsPolicy ??= "ClusterFirst";
    spec.restartPolicy ??= "Always";
    spec.securityContext ??= {};
    spec.terminationGracePeriodSeconds ??= 30;
    spec.schedulerName ??= "default-scheduler";
  }),
  defaultsOf(podStatus, (status) => {
    // Of the older field and the list that begins with it the older one counts.
    if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }];
    else if (status.podIPs?.[0]?.ip && !status.podIP) status.podIP = status.podIPs[0].ip;
  }),
  defaultsOf(resourceRequirements, ({ limits, requests }) => {
    roundUp(limits);
    roundUp(requests);
  }),
  defaultsOf(container, setContainer),
  defaultsOf(ephemeralContainerCommon, setContainer),
  defaultsOf(probe, (object) => {
    object.timeoutSeconds ??= 1;
    object.periodSeconds ??= 10;
    object.successThreshold ??= 1;
    object.failureThreshold ??= 3;
  }),
  defaultsOf(httpGetAction, (action) => {
    action.path ??= "/";
    action.scheme ??= "HTTP";
  }),
  defaultsOf(volume, (object) => {
    for (const name in object) if (volumeSources.has(name)) return;
    object.emptyDir = {};
  }),
  defaultsOf(configMapVolumeSource, setFileMode),
  defaultsOf(secretVolumeSource, setFileMode),
  defaultsOf(downwardAPIVolumeSource, setFileMode),
  defaultsOf(projectedVolumeSource, setFileMode),
  defaultsOf(serviceAccountTokenProjection, (projection) => {
    projection.expirationSeconds ??= 3600;
  }),
  defaultsOf(hostPathVolumeSource, (source) => {
    source.type ??= "";
  }),
  defaultsOf(imageVolumeSource, (source) => {
    source.pullPolicy ??= pullPolicyOf(source.reference ?? "");
  }),
  defaultsOf(objectFieldSelector, (selector) => {
    selector.apiVersion ??= "v1";
  }),
];

function setFileMode(source: { defaultMode?: number }): void {
  source.defaultMode ??= fileMode;
}

function setContainer(
  one: Pick<Container, "image" | "imagePullPolicy" | "terminationMessagePath" | "terminationMessagePolicy">,
): void {
  one.imagePullPolicy ??= pullPolicyOf(one.image ?? "");
  one.terminationMessagePath ??= "/dev/termination-log";
  one.terminationMessagePolicy ??= "File";
}

/** Without the registry's name, which may have capitals, and the tag. */
function repositoryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const path = rest.length > 0 && /[.:]/.test(first) ? rest.join("/") : image;
  return path.replace(/:[^/:]*$/, "");
}

/** Images that move (`latest`, which is meant where neither tag nor digest stands) are pulled every time. */
function pullPolicyOf(image: string): "Always" | "IfNotPresent" {
  const colon = image.lastIndexOf(":");
  const isTagged = colon > image.lastIndexOf("/");
  if ((isTagged && image.slice(colon + 1) !== "latest") || image.includes("@")) return "IfNotPresent";
  // What no registry can have is not pulled every time.
  return /^[a-z0-9]/.test(image) && !/[A-Z]/.test(repositoryOf(image)) ? "Always" : "IfNotPresent";
}

/** Who is limited and does not say what it needs, needs the limit. */
function setRequests(resources: ResourceRequirements | undefined): void {
  if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
}

/** Nothing finer than a thousandth is kept. */
function roundUp(amounts: Record<string, string> | undefined): void {
  for (const name in amounts) {
    const quantity = parseQuantity(amounts[name]!);
    if (quantity.scale >= -3) continue;
    const rounded = quantityOf(quantity.milliValue(), -3, quantity.format);
    if (rounded.compare(quantity) !== 0) amounts[name] = rounded.toString();
  }
}

/** On the host's network a container's port is the host's. */
function setHostPorts({ ports = [] }: Pick<Container, "ports">): void {
  for (const port of ports) port.hostPort ??= port.containerPort;
}
