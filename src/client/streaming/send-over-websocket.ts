/** Logs and watches over WebSocket: what would be the body, message by message. */
import type { AgreedWebSocket } from "./upgrade.ts";

/** What a client of a log may ask for; one that names none takes `binary.k8s.io`. A watch has no protocol. */
export const readerProtocols = ["binary.k8s.io", "base64.binary.k8s.io"] as const;

/**
 * Sends each part as one message, text as text, and closes at the end. Resolves when the connection is over. What the client sends is not
 * looked at; when it leaves, `parts` is asked to return.
 */
export async function sendOverWebSocket(
  { webSocket, protocol }: AgreedWebSocket,
  parts: AsyncIterable<Uint8Array | string>,
): Promise<void> {
  const isBase64 = protocol.startsWith("base64.");
  const closed = new Promise<void>((resolve) => webSocket.once("close", resolve));
  webSocket.on("error", () => {});
  webSocket.resume();
  const iterator = parts[Symbol.asyncIterator]();
  void closed.then(() => iterator.return?.());
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const part = next.value;
    const message = isBase64 ? Buffer.from(part).toString("base64") : part;
    const isSent = await new Promise<boolean>((resolve) => {
      webSocket.send(message, { binary: typeof message !== "string" }, (error) => resolve(!error));
    });
    if (!isSent) break;
  }
  webSocket.close(1000);
  await closed;
}
