/** What the server is and serves: version, cluster-info, api-resources. */
import type { metav1 } from "../../api/mod.ts";
import { UsageError } from "../failure.ts";
import { toYaml } from "./output.ts";
import { discover, preferredTypes, type ResourceType } from "./resource-types.ts";
import { type ConnectionFlags, withSession } from "./session.ts";
import { alignColumns } from "./table.ts";

interface VersionInfo {
  readonly gitVersion: string;
}

export async function version(
  flags: ConnectionFlags & { readonly client?: boolean; readonly output?: string },
  own: string,
): Promise<void> {
  if (!["", "yaml", "json"].includes(flags.output ?? "")) throw new UsageError("--output must be 'yaml' or 'json'");
  const clientVersion = { gitVersion: `v${own}` };
  const read = () =>
    withSession(
      flags,
      (session) => session.transport.request({ method: "GET", path: "/version" }) as Promise<VersionInfo>,
    );
  // What the client is, is known without a server.
  const [asked] = await Promise.allSettled(flags.client ? [] : [read()]);
  const serverVersion = asked?.status === "fulfilled" ? asked.value : undefined;
  if (flags.output === "json") process.stdout.write(`${JSON.stringify({ clientVersion, serverVersion }, null, 2)}\n`);
  else if (flags.output === "yaml")
    process.stdout.write(toYaml({ clientVersion, ...(serverVersion ? { serverVersion } : {}) }));
  else
    process.stdout.write(
      `Client Version: ${clientVersion.gitVersion}\n${serverVersion ? `Server Version: ${serverVersion.gitVersion}\n` : ""}`,
    );
  if (asked?.status === "rejected") throw asked.reason;
}

export async function clusterInfo(flags: ConnectionFlags): Promise<void> {
  await withSession(flags, async ({ transport, connection }) => {
    process.stdout.write(`Kubernetes control plane is running at ${connection.server}\n`);
    const query = { labelSelector: "kubernetes.io/cluster-service=true" };
    const services = (await transport.request({
      method: "GET",
      path: "/api/v1/namespaces/kube-system/services",
      query,
    })) as {
      items: { metadata: metav1.ObjectMeta; spec: { ports?: { name?: string }[] } }[];
    };
    for (const { metadata, spec } of services.items) {
      const label = metadata.labels?.["kubernetes.io/name"] ?? metadata.name;
      const port = spec.ports?.[0]?.name ? `:${spec.ports[0].name}` : "";
      process.stdout.write(
        `${label} is running at ${connection.server}/api/v1/namespaces/kube-system/services/${metadata.name}${port}/proxy\n`,
      );
    }
    process.stdout.write("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  });
}

export async function apiVersions(flags: ConnectionFlags): Promise<void> {
  const types = await withSession(flags, discover);
  const versions = [...new Set(types.map(({ apiVersion }) => apiVersion))].sort();
  process.stdout.write(versions.map((version) => `${version}\n`).join(""));
}

export interface ApiResourcesFlags extends ConnectionFlags {
  readonly output?: string;
  readonly namespaced?: boolean;
  readonly apiGroup?: string;
  /** Comma-separated. */
  readonly verbs?: string;
  readonly sortBy?: string;
  readonly headers?: boolean;
}

/** As kubectl sorts: by group, then name, unless asked otherwise. */
function sortKey({ group, resource, kind }: ResourceType, { sortBy }: ApiResourcesFlags): string {
  const last = `${group}\0${resource}`;
  return sortBy === "name" ? `${resource}\0${last}` : sortBy === "kind" ? `${kind}\0${last}` : last;
}

export async function apiResources(flags: ApiResourcesFlags): Promise<void> {
  const { output = "", sortBy = "" } = flags;
  if (!["", "wide", "name"].includes(output)) throw new UsageError(`--output ${output} is not available`);
  if (!["", "name", "kind"].includes(sortBy)) throw new UsageError("--sort-by accepts only name or kind");
  const types = await withSession(flags, discover);
  const shown = preferredTypes(types)
    .filter(({ group }) => flags.apiGroup === undefined || group === flags.apiGroup)
    .filter(({ namespaced }) => flags.namespaced === undefined || namespaced === flags.namespaced)
    .filter(({ verbs }) => (flags.verbs?.split(",") ?? []).every((verb) => verbs.includes(verb)))
    .sort((a, b) => (sortKey(a, flags) < sortKey(b, flags) ? -1 : 1));
  if (output === "name") {
    for (const { resource, group } of shown) process.stdout.write(`${resource}${group ? `.${group}` : ""}\n`);
    return;
  }
  const wide = output === "wide";
  const header = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])];
  const rows = shown.map((type) => [
    ...[type.resource, type.shortNames.join(","), type.apiVersion, String(type.namespaced), type.kind],
    ...(wide ? [type.verbs.join(","), type.categories.join(",")] : []),
  ]);
  process.stdout.write(alignColumns(flags.headers === false ? rows : [header, ...rows]));
}
