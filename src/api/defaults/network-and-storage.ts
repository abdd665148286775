/** Defaults of networking, discovery, storage, scheduling and devices. */
import { endpointPort } from "../discovery/v1/endpoint-slice.ts";
import { ingressClassParametersReference } from "../networking/v1/ingress-class.ts";
import { networkPolicyPort, networkPolicySpec } from "../networking/v1/network-policy.ts";
import { deviceSubRequest, exactDeviceRequest } from "../resource/v1/device-claim.ts";
import { priorityClass } from "../scheduling/v1/priority-class.ts";
import { csiDriverSpec } from "../storage/v1/csi.ts";
import { storageClass } from "../storage/v1/storage-class.ts";
import { defaultsOf } from "./rules.ts";

export const networkAndStorageDefaults = [
  defaultsOf(endpointPort, (port) => {
    port.name ??= "";
    port.protocol ??= "TCP";
  }),
  defaultsOf(ingressClassParametersReference, (reference) => {
    reference.scope ??= "Cluster";
  }),
  defaultsOf(networkPolicySpec, (spec) => {
    spec.policyTypes ??= spec.egress ? ["Ingress", "Egress"] : ["Ingress"];
  }),
  defaultsOf(networkPolicyPort, (port) => {
    port.protocol ??= "TCP";
  }),
  defaultsOf(storageClass, (object) => {
    object.reclaimPolicy ??= "Delete";
    object.volumeBindingMode ??= "Immediate";
  }),
  defaultsOf(csiDriverSpec, (spec) => {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    spec.volumeLifecycleModes ??= ["Persistent"];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  }),
  defaultsOf(priorityClass, (object) => {
    object.preemptionPolicy ??= "PreemptLowerPriority";
  }),
  defaultsOf(exactDeviceRequest, setDeviceCount),
  defaultsOf(deviceSubRequest, setDeviceCount),
];

function setDeviceCount(request: { allocationMode?: string; count?: number }): void {
  request.allocationMode ??= "ExactCount";
  if (request.allocationMode === "ExactCount") request.count ??= 1;
}
