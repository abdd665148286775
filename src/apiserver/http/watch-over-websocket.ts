/** A watch that is asked for over WebSocket, as any other exchange: what would be a line of the answer is a message. */
import { Readable, Writable } from "node:stream";
import { type AgreedWebSocket, acceptWebSocket } from "../../client/mod.ts";
import type { Exchange, UpgradeExchange } from "./exchange.ts";

const newline = 0x0a;

/** Each line is a message; half a line waits for its other half. */
function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    yield bytes.subarray(start, end < 0 ? bytes.length : end + 1);
    start = end < 0 ? bytes.length : end + 1;
  }
}

function messages(accepted: Promise<AgreedWebSocket | undefined>): Writable {
  let rest: Buffer = Buffer.alloc(0);
  const send = async (bytes: Buffer): Promise<void> => {
    const webSocket = (await accepted)?.webSocket;
    if (webSocket === undefined) throw new Error("the client has left");
    for (const line of linesOf(Buffer.concat([rest, bytes]))) {
      rest = line.at(-1) === newline ? Buffer.alloc(0) : line;
      if (rest.length > 0) break;
      await new Promise<void>((resolve, reject) =>
        webSocket.send(line, { binary: false }, (error) => (error ? reject(error) : resolve())),
      );
    }
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => void send(chunk).then(() => done(), done),
    final: (done) => void accepted.then((agreed) => agreed?.webSocket.close(1000)).then(() => done(), done),
    destroy: (error, done) => void accepted.then((agreed) => agreed?.webSocket.terminate()).then(() => done(error)),
  }).on("error", () => {});
}

/** Messages are JSON: the binary forms of a watch have no lines. */
const acceptJson = (accept: string | undefined): string => (accept?.includes("json") ? accept : "application/json");

/** An answer that is no stream refuses the upgrade. */
export function watchOverWebSocket(upgrade: UpgradeExchange): Exchange {
  const { method, target, rawHeaders, peer, socket, headers } = upgrade;
  const left = new AbortController();
  let answered = false;
  return {
    ...{ method, target, rawHeaders, peer },
    headers: { ...headers, accept: acceptJson(headers.accept) },
    hasBody: false,
    sendsWhatIsWritten: false,
    body: Readable.from([]),
    signal: AbortSignal.any([upgrade.signal, left.signal]),
    get answered() {
      return answered;
    },
    respond(status, answerHeaders, body = new Uint8Array()) {
      answered = true;
      const lines = Object.entries(answerHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}Connection: close\r\n\r\n`, "latin1");
      socket.end(body);
    },
    stream() {
      answered = true;
      const accepted = acceptWebSocket(upgrade, []);
      void accepted.then((agreed) => {
        agreed?.webSocket.on("error", () => {}).once("close", () => left.abort());
        agreed?.webSocket.resume();
        if (!agreed) left.abort();
      });
      return messages(accepted);
    },
    destroy: () => void socket.destroy(),
  };
}
