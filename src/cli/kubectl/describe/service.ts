import type { corev1, discoveryv1 } from "../../../api/mod.ts";
import type { DescribeContext } from "./context.ts";
import { annotationText, type Line, type Lines, labelText } from "./lines.ts";

export async function describeService(service: corev1.Service, context: DescribeContext): Promise<Lines> {
  const { metadata, spec, status } = service;
  const query = { labelSelector: `kubernetes.io/service-name=${metadata.name}` };
  const slices = await context.list<discoveryv1.EndpointSlice>(
    "endpointslices.discovery.k8s.io",
    query,
    metadata.namespace,
  );
  const ingress = status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname ?? "") ?? [];
  return [
    ["Name:", metadata.name],
    ["Namespace:", metadata.namespace],
    ["Labels:", labelText(metadata.labels)],
    ["Annotations:", annotationText(metadata.annotations)],
    ["Selector:", labelText(spec.selector).replaceAll("\n", ",")],
    ["Type:", spec.type ?? "ClusterIP"],
    ["IP Family Policy:", spec.ipFamilyPolicy ?? "<none>"],
    ["IP Families:", (spec.ipFamilies ?? []).join(",") || "<none>"],
    ["IP:", spec.clusterIP ?? ""],
    ["IPs:", (spec.clusterIPs ?? []).join(",") || "<none>"],
    ...(spec.externalName ? [["External Name:", spec.externalName] as const] : []),
    ...(ingress.length > 0 ? [["LoadBalancer Ingress:", ingress.join(", ")] as const] : []),
    ...(spec.ports ?? []).flatMap((port) => portLines(port, slices)),
    ["Session Affinity:", spec.sessionAffinity ?? "None"],
    ...(spec.externalTrafficPolicy ? [["External Traffic Policy:", spec.externalTrafficPolicy] as const] : []),
    ["Internal Traffic Policy:", spec.internalTrafficPolicy ?? "Cluster"],
    ...(spec.trafficDistribution ? [["Traffic Distribution:", spec.trafficDistribution] as const] : []),
  ];
}

function portLines(port: corev1.ServicePort, slices: readonly discoveryv1.EndpointSlice[]): Line[] {
  const name = port.name || "<unset>";
  const protocol = port.protocol ?? "TCP";
  return [
    ["Port:", `${name}  ${port.port}/${protocol}`],
    ["TargetPort:", `${port.targetPort}/${protocol}`],
    ...(port.nodePort ? [["NodePort:", `${name}  ${port.nodePort}/${protocol}`] as const] : []),
    ["Endpoints:", endpoints(port, slices).join(",")],
  ];
}

function endpoints(port: corev1.ServicePort, slices: readonly discoveryv1.EndpointSlice[]): string[] {
  return slices.flatMap((slice) => {
    const target = slice.ports?.find(({ name }) => (name ?? "") === (port.name ?? ""))?.port;
    const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return target === undefined
      ? []
      : ready.flatMap(({ addresses }) => addresses.map((address) => `${address}:${target}`));
  });
}
