/** Starts the least of servers, and measures what a request costs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { runLoad } from "./load.ts";

const verbs = ["create", "get", "delete"] as const;

export interface Reference {
  /** Processor time of a request, the mean of a create, a get and a delete, in microseconds. */
  measure(): Promise<number>;
  stop(): Promise<void>;
}

export async function startReference(program: string): Promise<Reference> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "reference-main.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const failed = ended.then(() => Promise.reject(new Error("the reference server ended")));
  const [port] = (await Promise.race([once(child.stdout, "data"), failed])) as [Buffer];
  const target = { server: `https://127.0.0.1:${Number(port.toString())}`, token: "none", processes: [child.pid!] };
  return {
    measure: async () => {
      const figures = await runLoad(program, { ...target, format: "json", objects: 3000, lists: 0, verbs });
      return verbs.reduce((sum, verb) => sum + (figures[verb]?.cpuMicroseconds ?? 0), 0) / verbs.length;
    },
    stop: async () => {
      failed.catch(() => undefined);
      child.stdin.end();
      await ended;
    },
  };
}
