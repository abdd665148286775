/** Hands questions that are not the cluster's to other name servers. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";

export interface NameServer {
  readonly address: string;
  readonly port: number;
}

const port = 53;
const timeoutMs = 2_000;
const rounds = 2;
/** Questions under way; more are refused at once. */
const mostWaiting = 1_000;

/** Name servers of a resolv.conf. `ownAddresses` are left out: asking them would come back here. */
export function parseResolvConf(text: string, ownAddresses: readonly string[]): readonly NameServer[] {
  const addresses = text
    .split("\n")
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter(
      (address) => address !== undefined && isIP(address.split("%")[0]!) !== 0 && !ownAddresses.includes(address),
    );
  return addresses.map((address) => ({ address: address!, port }));
}

export class Upstream {
  readonly #servers: readonly NameServer[];
  #waiting = 0;

  constructor(servers: readonly NameServer[]) {
    this.#servers = servers;
  }

  get exists(): boolean {
    return this.#servers.length > 0;
  }

  /** The response as it came, with the query's own id; `undefined`: nobody answered. */
  async ask(
    query: Buffer,
    options: { readonly tcp: boolean; readonly signal: AbortSignal },
  ): Promise<Buffer | undefined> {
    if (this.#waiting >= mostWaiting) return undefined;
    this.#waiting++;
    try {
      for (let round = 0; round < rounds; round++) {
        for (const server of this.#servers) {
          const response = await (options.tcp ? askTcp : askUdp)(query, server, options.signal).catch(() => undefined);
          if (response || options.signal.aborted) return response;
        }
      }
      return undefined;
    } finally {
      this.#waiting--;
    }
  }
}

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}

type Settle = (response: Buffer | undefined) => void;

/** A socket of its own for each question, and a random id: whoever would forge an answer has both to guess. */
function askUdp(query: Buffer, server: NameServer, signal: AbortSignal): Promise<Buffer | undefined> {
  const id = randomInt(0x10000);
  return new Promise((resolve) => {
    const socket = createSocket(server.address.includes(":") ? "udp6" : "udp4");
    const settle = once(resolve, signal, () => socket.close());
    socket.on("error", () => settle(undefined));
    socket.on("message", (message) => {
      if (message.length >= 12 && message.readUInt16BE(0) === id) settle(withId(message, query.readUInt16BE(0)));
    });
    socket.connect(server.port, server.address, (error?: Error) => {
      if (error) settle(undefined);
      else socket.send(withId(query, id));
    });
  });
}

function askTcp(query: Buffer, server: NameServer, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port });
    const settle = once(resolve, signal, () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on("error", () => settle(undefined));
    socket.on("close", () => settle(undefined));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      settle(received.subarray(2, 2 + received.readUInt16BE(0)));
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length, 0);
    socket.write(Buffer.concat([length, query]));
  });
}

/** The first outcome counts: an answer, the timeout, or the end of the server. */
function once(resolve: Settle, signal: AbortSignal, close: () => void): Settle {
  let settled = false;
  const settle: Settle = (response) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal.removeEventListener("abort", aborted);
    close();
    resolve(response);
  };
  const aborted = () => settle(undefined);
  const timer = setTimeout(aborted, timeoutMs);
  signal.addEventListener("abort", aborted, { once: true });
  return settle;
}
