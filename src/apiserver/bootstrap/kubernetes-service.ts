/** The Service `kubernetes`, by which pods reach this server, and its endpoints, kept at the address where the server is now. */
import { isIP } from "node:net";
import { clone, type corev1, type discoveryv1 } from "../../api/mod.ts";
import { changeStored } from "../registry/change-stored.ts";
import type { ResourceStorage } from "../registry/resource-storage.ts";
import { type Blueprint, ensureObject } from "./ensure.ts";

export interface KubernetesServiceStorages {
  readonly services: ResourceStorage;
  readonly endpoints: ResourceStorage;
  readonly slices: ResourceStorage;
}

export interface KubernetesServiceOptions {
  readonly clusterIP: string;
  /** Where this server is reached: an address, not a name. */
  readonly host: string;
  readonly port: number;
}

const name = "kubernetes";
const namespace = "default";
const target = { name, namespace, dryRun: false };

export async function ensureKubernetesService(
  storages: KubernetesServiceStorages,
  options: KubernetesServiceOptions,
  now: number,
): Promise<void> {
  await ensureObject(storages.services, serviceBlueprint(options), now);
  if (isIP(options.host) === 0) return;
  const subsets = [{ addresses: [{ ip: options.host }], ports: [port(options)] }];
  await ensureObject(storages.endpoints, endpointsBlueprint(subsets), now);
  await changeStored<corev1.Endpoints>(storages.endpoints, target, (endpoints) => {
    endpoints.subsets = clone(subsets);
  });
  await ensureObject(storages.slices, sliceBlueprint(options), now);
  await changeStored<discoveryv1.EndpointSlice>(storages.slices, target, (slice) => {
    slice.endpoints = [{ addresses: [options.host], conditions: { ready: true } }];
    slice.ports = [port(options)];
  });
}

function port({ port: number }: KubernetesServiceOptions) {
  return { name: "https", port: number, protocol: "TCP" as const };
}

function serviceBlueprint({ clusterIP, port: targetPort }: KubernetesServiceOptions): Blueprint {
  return {
    metadata: { name, namespace, labels: { component: "apiserver", provider: "kubernetes" } },
    spec: { clusterIP, ports: [{ name: "https", protocol: "TCP", port: 443, targetPort }], type: "ClusterIP" },
  };
}

function endpointsBlueprint(subsets: unknown): Blueprint {
  return { metadata: { name, namespace, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } }, subsets };
}

function sliceBlueprint(options: KubernetesServiceOptions): Blueprint {
  return {
    metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
    addressType: isIP(options.host) === 6 ? "IPv6" : "IPv4",
    endpoints: [{ addresses: [options.host], conditions: { ready: true } }],
    ports: [port(options)],
  };
}
