import { isIPv6 } from "node:net";

export function hostAndPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
};

/** What Go calls a failed connection: `dial tcp 10.0.0.1:80: connect: connection refused`. */
export function dialError(error: NodeJS.ErrnoException, address: string): string {
  if (error.code === "ECONNRESET") return `read tcp ${address}: read: connection reset by peer`;
  return `dial tcp ${address}: ${words[error.code ?? ""] ?? error.message}`;
}
