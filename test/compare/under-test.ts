/** The server that is compared: one that runs already, or a control plane without controllers made for the run. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const kubets = resolve(import.meta.dirname, "../../bin/kubets");

export interface ServerUnderTest {
  readonly url: string;
  readonly token: string;
  /** Only where it was started for the run. */
  stop?(): Promise<void>;
}

/** `URL,TOKEN` */
export function targetOf(text: string): ServerUnderTest {
  const [url, token] = text.split(",");
  if (!url || !token) throw new Error(`a server is named as URL,TOKEN, not "${text}"`);
  return { url, token };
}

/** Nothing but requests may change its objects, so that both servers answer for themselves alone. */
export async function startServer(): Promise<ServerUnderTest> {
  const name = `compare-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "kubets-compare-"));
  const run = async (...args: string[]) => (await execute(kubets, args)).stdout;
  const files = ["--data", join(folder, "data"), "--kubeconfig", join(folder, "kubeconfig")];
  const stop = async () => {
    await run("down", "--name", name);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run("up", "--name", name, "--nodes", "0", "--without-controllers", "--port", "0", ...files);
    const { server } = JSON.parse(await run("status", "--name", name, "-o", "json")) as { server: string };
    return { url: server, token: (await run("kubeconfig", "--name", name, "--token")).trim(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
