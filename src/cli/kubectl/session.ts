/** What every verb starts from: the cluster that the flags and the kubeconfig name, and the namespace. */
import { homedir } from "node:os";
import { join } from "node:path";
import { httpTransport, type LoadedKubeconfig, loadKubeconfig, type Transport } from "../../client/narrow.ts";

export interface ConnectionFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

export interface Session {
  readonly transport: Transport;
  readonly connection: LoadedKubeconfig;
  readonly namespace: string;
  /** Prints a server's warning as kubectl does. */
  warn(message: string): void;
}

const kubeconfigPath = (flags: ConnectionFlags): string =>
  flags.kubeconfig ?? process.env["KUBECONFIG"]?.split(":").find(Boolean) ?? join(homedir(), ".kube", "config");

/** Runs `work` with a connection that is closed afterwards, however it ends. */
export async function withSession<T>(flags: ConnectionFlags, work: (session: Session) => Promise<T>): Promise<T> {
  const connection = loadKubeconfig(kubeconfigPath(flags), flags.context ? { context: flags.context } : {});
  const transport = httpTransport({ ...connection, userAgent: "kubets-kubectl" });
  try {
    return await work({
      transport,
      connection,
      namespace: flags.namespace ?? connection.namespace,
      warn: (message) => void process.stderr.write(`Warning: ${message}\n`),
    });
  } finally {
    await transport.close();
  }
}
