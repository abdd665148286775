/** Pods for tests: a namespace joined to a node's as the CNI plugin does it, with a server in it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { enterArguments, ipBatch, run } from "../commands.ts";
import { namespacePath } from "../fabric/plan.ts";

export interface TestPod {
  readonly address: string;
  readonly namespace: string;
  /** What `run` answers for a TCP connection, or a UDP message, to the address; rejects where nothing answers. */
  ask(address: string, port: number, options?: { readonly udp?: boolean; readonly fromPort?: number }): Promise<string>;
}

export class TestPods {
  readonly #names: string[] = [];
  readonly #children: ChildProcess[] = [];

  /** `prefix` begins the namespace's name. The server listens on `port`. */
  async add(options: {
    readonly prefix: string;
    readonly name: string;
    readonly node: string;
    readonly address: string;
    readonly port: number;
  }): Promise<TestPod> {
    const { prefix, name, node, address, port } = options;
    const namespaceName = `${prefix}-pod-${name}`;
    const namespace = namespacePath(namespaceName);
    await run("ip", ["netns", "add", namespaceName]);
    this.#names.push(namespaceName);
    await ipBatch([`link add pod-${name} type veth peer name eth0 netns ${namespaceName}`], { namespace: node });
    await ipBatch(
      [`address add 169.254.1.1/32 dev pod-${name}`, `link set pod-${name} up`, `route add ${address} dev pod-${name}`],
      { namespace: node },
    );
    const pod = ["link set lo up", `address add ${address}/32 dev eth0`, "link set eth0 up"];
    await ipBatch([...pod, "route add 169.254.1.1 dev eth0", "route add default via 169.254.1.1"], { namespace });
    await this.serve({ name, namespace, port });
    return { address, namespace, ask: (target, targetPort, how) => ask(namespace, target, targetPort, how) };
  }

  async serve(options: { readonly name: string; readonly namespace: string; readonly port: number }): Promise<void> {
    const script = fileURLToPath(new URL("./echo-server.ts", import.meta.url));
    const [command, ...enter] = enterArguments(options.namespace);
    const args = [...enter, process.execPath, script, options.name, String(options.port)];
    const child = spawn(command!, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#children.push(child);
    await once(child.stdout!, "data");
  }

  async removeAll(): Promise<void> {
    for (const child of this.#children) {
      const ended = once(child, "exit");
      if (child.kill("SIGKILL")) await ended;
    }
    for (const name of this.#names) await run("ip", ["netns", "delete", name]);
  }
}

/** Asks from a namespace; rejects where nothing answers within two seconds. */
export async function ask(
  namespace: string,
  address: string,
  port: number,
  options: { readonly udp?: boolean; readonly fromPort?: number } = {},
): Promise<string> {
  const script = fileURLToPath(new URL("./ask.ts", import.meta.url));
  const args = [script, options.udp ? "udp" : "tcp", address, String(port), String(options.fromPort ?? 0)];
  return run(process.execPath, args, { namespace });
}
