/** Files that the agent itself writes for a pod: its hosts file, its log folders, where its termination messages go. */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { corev1 } from "../../api/mod.ts";
import { podHostname } from "../identity/hostname.ts";
import { hostNetworkHostsFile, podHostsFile } from "../identity/hosts-file.ts";
import { readLog } from "../logs/log-reader.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { ContainerStatus } from "../runtime/contract.ts";
import { terminationMessageFileAnnotation, terminationMessagePolicyAnnotation } from "../runtime/labels.ts";
import { PodPaths } from "./paths.ts";

export interface ContainerFiles {
  readonly hostsFile: string;
  readonly terminationMessageFile: string;
}

/** A seam for runtimes without files. */
export interface PodFiles {
  /** Nothing where the runtime has no files. */
  prepareContainer(
    pod: corev1.Pod,
    container: corev1.Container,
    addresses: readonly string[],
  ): Promise<ContainerFiles | undefined>;
  terminationMessage(status: ContainerStatus): Promise<string>;
  removeLogs(pod: corev1.Pod): Promise<void>;
}

const maximumMessageBytes = 4096;
/** Where the log stands in for the message. */
const fallbackLines = 80;
const fallbackBytes = 2048;

export class RealPodFiles implements PodFiles {
  readonly #node: NodeFacts;
  readonly #paths: PodPaths;

  constructor(node: NodeFacts) {
    this.#node = node;
    this.#paths = new PodPaths(node.rootDirectory);
  }

  async prepareContainer(
    pod: corev1.Pod,
    { name }: corev1.Container,
    addresses: readonly string[],
  ): Promise<ContainerFiles> {
    const { uid } = pod.metadata;
    const terminationMessageFile = join(this.#paths.container(uid, name), randomBytes(4).toString("hex"));
    await Promise.all([
      mkdir(join(this.#paths.logs(pod), name), { recursive: true, mode: 0o755 }),
      mkdir(dirname(terminationMessageFile), { recursive: true, mode: 0o750 }),
    ]);
    await Promise.all([this.#writeHostsFile(pod, addresses), makeWritable(terminationMessageFile)]);
    return { hostsFile: this.#paths.hostsFile(uid), terminationMessageFile };
  }

  async terminationMessage(status: ContainerStatus): Promise<string> {
    const file = status.annotations[terminationMessageFileAnnotation];
    const message = file === undefined ? "" : await readStart(file);
    const policy = status.annotations[terminationMessagePolicyAnnotation];
    if (message !== "" || policy !== "FallbackToLogsOnError" || status.exitCode === 0) return message;
    return tailOfLog(status.logPath);
  }

  async removeLogs(pod: corev1.Pod): Promise<void> {
    await rm(this.#paths.logs(pod), { recursive: true, force: true });
  }

  async #writeHostsFile(pod: corev1.Pod, addresses: readonly string[]): Promise<void> {
    const content = pod.spec.hostNetwork
      ? hostNetworkHostsFile(pod, await readFile("/etc/hosts", "utf8"))
      : podHostsFile(pod, addresses, podHostname(pod, this.#node));
    const path = this.#paths.hostsFile(pod.metadata.uid);
    // Running containers have this very file mounted: it is written, not replaced, and only where it changes.
    if ((await readFile(path, "utf8").catch(() => undefined)) === content) return;
    await writeFile(path, content, { mode: 0o644 });
    await chmod(path, 0o644);
  }
}

/** Any user of the container may write its message. */
async function makeWritable(path: string): Promise<void> {
  await writeFile(path, "");
  await chmod(path, 0o666);
}

async function readStart(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maximumMessageBytes), 0, maximumMessageBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function tailOfLog(path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  const source = { running: async () => false, signal: new AbortController().signal };
  try {
    for await (const part of readLog(path, { tailLines: fallbackLines }, source)) parts.push(part);
  } catch {
    return ""; // A log that cannot be read says nothing.
  }
  const text = Buffer.concat(parts);
  return text.subarray(Math.max(0, text.length - fallbackBytes)).toString();
}
