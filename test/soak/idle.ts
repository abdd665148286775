/**
 * idle [--connections N]: so many clients that agree on TLS and HTTP/2 and then say next to nothing; what each costs, and whether others are served.
 * Now and then each asks something short, as the server ends what has been idle for three minutes, and so many take long to come.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { parseArgs } from "node:util";
import { type corev1, resources } from "../../src/api/mod.ts";
import { loadKubeconfig } from "../../src/client/mod.ts";
import { TestCluster } from "../support/cluster.ts";
import { processesOf } from "../support/kill.ts";

const flags = { connections: { type: "string", default: "10000" } } as const;
const atOnce = 32;
/** The preface, no settings. */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
const wakeEverySeconds = 75;
/** What one request may take while all of them stand. */
const mostMs = 2_000;

export async function idleCommand(args: readonly string[]): Promise<boolean> {
  const count = Number(parseArgs({ args: [...args], options: flags }).values.connections);
  const room = ownDescriptors() - 100;
  if (room < count) throw new Error(`${count} connections need more files than the ${room} that this process may open`);
  const cluster = await TestCluster.start("--nodes", "0", "--without-controllers");
  const sockets: Connections = new Map();
  const wake = setInterval(() => wakeSome(sockets), 1000);
  try {
    const [pid] = await processesOf(cluster, "control-plane");
    const before = residentMebibytes(pid!);
    const began = Date.now();
    const refused = await connectAll(cluster, sockets, count);
    const seconds = (Date.now() - began) / 1000;
    const open = sockets.size;
    const held = residentMebibytes(pid!) - before;
    const slowestMs = await slowestRequest(cluster);
    for (const socket of sockets.keys()) socket.destroy();
    const each = (held * 1024) / Math.max(1, open);
    process.stdout.write(
      `${open} of ${count} connections stand after ${seconds.toFixed(0)} s, ${refused} were refused; the server had ${before.toFixed(0)} MiB, ` +
        `they cost ${held.toFixed(0)} MiB, ${each.toFixed(1)} KiB each; the slowest of 50 requests beside them took ${slowestMs.toFixed(0)} ms\n`,
    );
    return open === count && slowestMs < mostMs;
  } finally {
    clearInterval(wake);
    for (const socket of sockets.keys()) socket.destroy();
    await cluster.stop();
  }
}

/** With how often each has asked; the one that asked longest ago is first. */
type Connections = Map<tls.TLSSocket, number>;

/** A second's share of them. */
function wakeSome(sockets: Connections): void {
  const due = [...sockets].slice(0, Math.ceil(sockets.size / wakeEverySeconds));
  for (const [socket, asked] of due) {
    socket.write(shortRequest(asked + 1));
    sockets.delete(socket);
    sockets.set(socket, asked + 1);
  }
}

/** `GET /` as one frame of headers from HPACK's static table; the n-th of a connection, whose streams have odd numbers. */
function shortRequest(n: number): Buffer {
  const headers = Buffer.from([0x82, 0x87, 0x84, 0x41, 0x01, 0x78]);
  const frame = Buffer.alloc(9);
  frame.writeUIntBE(headers.length, 0, 3);
  frame.set([0x01, 0x05], 3);
  frame.writeUInt32BE(2 * n - 1, 5);
  return Buffer.concat([frame, headers]);
}

/** Answers how many the server did not take. */
async function connectAll(cluster: TestCluster, sockets: Connections, count: number): Promise<number> {
  const { server, authority } = endpoint(cluster);
  let [begun, refused] = [0, 0];
  const connect = async () => {
    while (begun++ < count) {
      const socket = tls.connect({ ...server, ca: authority, ALPNProtocols: ["h2"] });
      socket.on("error", () => {}).once("close", () => sockets.delete(socket));
      try {
        await once(socket, "secureConnect");
        socket.write(preface);
        socket.resume();
        sockets.set(socket, 0);
      } catch {
        refused++;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, connect));
  return refused;
}

function endpoint(cluster: TestCluster) {
  const { server, certificateAuthority } = loadKubeconfig(cluster.kubeconfig);
  const { hostname, port } = new URL(server);
  return { server: { host: hostname, port: Number(port) }, authority: certificateAuthority };
}

async function slowestRequest(cluster: TestCluster): Promise<number> {
  const configMaps = cluster.client.resource<corev1.ConfigMap>(resources.configmaps);
  let slowest = 0;
  for (let count = 0; count < 50; count++) {
    const began = performance.now();
    await configMaps.create({ metadata: { name: `beside-${count}` } }, { namespace: "default" });
    slowest = Math.max(slowest, performance.now() - began);
  }
  return slowest;
}

function residentMebibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}

function ownDescriptors(): number {
  return Number(
    /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Number.MAX_SAFE_INTEGER,
  );
}
