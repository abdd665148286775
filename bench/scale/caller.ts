/**
 * A process of its own that sends one GET again and again and tells how long each took, so that nobody measures himself.
 * `node caller.ts KUBECONFIG PATH EVERYMS`, the next one when the one before is answered; ends when its input ends.
 */
import { setTimeout as delay } from "node:timers/promises";
import { createClient, httpTransport, loadKubeconfig } from "../../src/client/mod.ts";

const [kubeconfig, target, every] = process.argv.slice(2) as [string, string, string];
const { pathname: path, searchParams } = new URL(target, "http://server");
const { transport } = createClient(httpTransport(loadKubeconfig(kubeconfig)));
const milliseconds: number[] = [];
let bytes = 0;

async function call(query: Record<string, string>): Promise<void> {
  const began = performance.now();
  for await (const part of await transport.stream({ method: "GET", path, query })) bytes += part.byteLength;
  milliseconds.push(performance.now() - began);
}

process.stdin.resume().on("end", () => {
  process.stdout.write(JSON.stringify({ milliseconds, bytes }), () => process.exit());
});
// The first is not counted: it opens the connection.
await call(Object.fromEntries(searchParams));
milliseconds.length = 0;
process.stdout.write("\n");
for (;;) {
  const began = performance.now();
  await call(Object.fromEntries(searchParams));
  await delay(Math.max(0, Number(every) - (performance.now() - began)));
}
