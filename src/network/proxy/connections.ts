/**
 * Which tracked UDP connections to forget after a change. UDP has no end that the kernel could see: clients that keep their port would go on
 * to a backend that is gone, or into the void they met before the first backend came. Pure.
 */
import type { Backend, ServicePortModel } from "./service-model.ts";

/** Argument lists for `conntrack`. */
export function staleConnections(
  old: readonly ServicePortModel[],
  now: readonly ServicePortModel[],
): readonly (readonly string[])[] {
  const udp = old.filter(({ protocol }) => protocol === "udp");
  const gone = udp.flatMap((port) => {
    const successor = now.find((other) => samePort(port, other));
    return lostBackends(port, successor).flatMap((backend) => forgetBackend(port, backend));
  });
  const filled = now.filter(
    (port) =>
      port.protocol === "udp" &&
      port.backends.length > 0 &&
      old.some((other) => samePort(port, other) && other.backends.length === 0),
  );
  return [...gone, ...filled.flatMap(forgetAll)];
}

function samePort(one: ServicePortModel, other: ServicePortModel): boolean {
  return one.protocol === other.protocol && one.port === other.port;
}

function lostBackends(port: ServicePortModel, successor: ServicePortModel | undefined): readonly Backend[] {
  return allBackends(port).filter(
    (backend) => !successor || !allBackends(successor).some((other) => same(backend, other)),
  );
}

const allBackends = ({ backends, localBackends }: ServicePortModel) => [...backends, ...localBackends];
const same = (one: Backend, other: Backend) => one.address === other.address && one.port === other.port;

const common = ["-D", "-f", "ipv4", "-p", "udp"] as const;

/** What clients addressed. */
function destinations(port: ServicePortModel): readonly (readonly string[])[] {
  const byAddress = [...port.clusterAddresses, ...port.externalAddresses].map((address) => [
    "--orig-dst",
    address,
    "--orig-port-dst",
    String(port.port),
  ]);
  return port.nodePort === undefined ? byAddress : [...byAddress, ["--orig-port-dst", String(port.nodePort)]];
}

function forgetBackend(port: ServicePortModel, backend: Backend): readonly (readonly string[])[] {
  return destinations(port).map((destination) => [
    ...common,
    ...destination,
    "--reply-src",
    backend.address,
    "--reply-port-src",
    String(backend.port),
  ]);
}

function forgetAll(port: ServicePortModel): readonly (readonly string[])[] {
  return destinations(port).map((destination) => [...common, ...destination]);
}
