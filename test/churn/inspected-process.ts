/** A process of a test cluster that can be told to collect its garbage, so that what it holds is seen and not what it has yet to throw away. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HeapSpaceInfo } from "node:v8";
import WebSocket from "ws";

/**
 * In mebibytes. `heap` is what JavaScript holds after a collection, `code` what of it V8 has compiled, `external` its buffers; `anonymous` is all
 * memory that no file stands behind.
 */
export interface Memory {
  readonly resident: number;
  readonly anonymous: number;
  readonly heap: number;
  readonly code: number;
  readonly external: number;
}

/** What a cluster's processes must be started with, so that several can be inspected at once. */
export const inspectableOptions = "--inspect-port=0";
const patienceMs = 10_000;
const collections = 3;
/** Bytecode, machine code, and what belongs to them. */
const codeSpaces = ["code_space", "code_large_object_space", "trusted_space", "trusted_large_object_space"];
const asked = `JSON.stringify({ ...process.memoryUsage(), spaces: process.getBuiltinModule("v8").getHeapSpaceStatistics() })`;

export class InspectedProcess {
  readonly pid: number;
  readonly #socket: WebSocket;
  #messages = 0;

  private constructor(pid: number, socket: WebSocket) {
    this.pid = pid;
    this.#socket = socket;
  }

  /** `log`: the file that has what the process writes to its standard error. */
  static async open(pid: number, log: string): Promise<InspectedProcess> {
    process.kill(pid, "SIGUSR1");
    const socket = new WebSocket(await addressIn(log));
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new InspectedProcess(pid, socket);
  }

  /** After everything that can be collected is. */
  async memory(): Promise<Memory> {
    // What a finaliser lets go of is there until the next one.
    for (let count = 0; count < collections; count++) await this.#call("HeapProfiler.collectGarbage", {});
    const { result } = (await this.#call("Runtime.evaluate", { expression: asked })) as { result: { value: string } };
    const { heapUsed, external, spaces } = JSON.parse(result.value) as NodeJS.MemoryUsage & { spaces: HeapSpaceInfo[] };
    const code = spaces.filter(({ space_name }) => codeSpaces.includes(space_name));
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    const kibibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
    return {
      resident: kibibytes("VmRSS") / 1024,
      anonymous: kibibytes("RssAnon") / 1024,
      heap: heapUsed / 2 ** 20,
      code: code.reduce((sum, { space_used_size }) => sum + space_used_size, 0) / 2 ** 20,
      external: external / 2 ** 20,
    };
  }

  close(): void {
    this.#socket.terminate();
  }

  #call(method: string, params: object): Promise<unknown> {
    const id = ++this.#messages;
    return new Promise((resolve, reject) => {
      const take = (data: WebSocket.RawData) => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } };
        if (answer.id !== id) return;
        this.#socket.off("message", take);
        if (answer.error) reject(new Error(`${method}: ${answer.error.message}`));
        else resolve(answer.result);
      };
      this.#socket.on("message", take);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

/** Node says it there when the signal has come. */
async function addressIn(log: string): Promise<string> {
  for (let waited = 0; waited < patienceMs; waited += 50) {
    const address = readFileSync(log, "utf8")
      .match(/Debugger listening on (ws:\S+)/g)
      ?.at(-1);
    if (address) return address.replace("Debugger listening on ", "");
    await delay(50);
  }
  throw new Error(`the inspector's address is not in ${log}`);
}
