/** The rooms of `src/`, what each may import, and why. A room may always import itself; doors only, from outside. */
export interface Room {
  readonly imports: readonly string[] | "every room";
  readonly reason: string;
  /** Beside `mod.ts`, for a process that must stay small. */
  readonly narrowDoors?: readonly string[];
}

export const rooms: Readonly<Record<string, Room>> = {
  api: {
    imports: [],
    reason: "shapes and rules only: it must load anywhere, without I/O or clock",
    narrowDoors: ["src/api/narrow.ts"],
  },
  store: {
    imports: ["api"],
    reason: "keeps bytes and revisions; it does not know who asks for them",
    narrowDoors: ["src/store/mapped-pages.ts"],
  },
  client: {
    imports: ["api"],
    reason: "what every component and every outside program sees of a cluster",
    narrowDoors: ["src/client/narrow.ts", "src/client/node-http.ts", "src/client/prometheus.ts"],
  },
  auth: {
    imports: ["api", "client", "cel"],
    reason:
      "decides from objects that it reads like any client, and from rules that administrators write as expressions",
  },
  cel: {
    imports: ["api"],
    reason: "an expression sees values, types and what it is given, never the cluster",
    narrowDoors: ["src/cel/schema/escape.ts"],
  },
  admission: {
    imports: ["api", "client", "auth", "cel"],
    reason: "policies ask who is writing, so they know auth's User",
    narrowDoors: ["src/admission/options.ts"],
  },
  apiserver: {
    imports: ["api", "store", "client", "auth", "cel", "admission"],
    reason: "the only room that touches the store",
  },
  controllers: {
    imports: ["api", "client"],
    reason: "level-triggered through the API alone, so each could run elsewhere",
  },
  kinds: {
    imports: ["api", "client", "apiserver", "controllers"],
    reason:
      "a kind in a folder of its own: it brings what it adds to the rooms that serve kinds, and they never know it",
  },
  scheduler: { imports: ["api", "client"], reason: "a pure core behind the API, replaceable by anyone's scheduler" },
  node: {
    imports: ["api", "client"],
    reason: "runs on another machine than the API server",
    narrowDoors: [
      "src/node/cri/oci-runtime.ts",
      "src/node/cri/shared-files.ts",
      "src/node/simulated/simulated-nodes.ts",
    ],
  },
  network: {
    imports: ["api", "client"],
    reason: "runs on every node, beside the node agent but not through it",
    narrowDoors: ["src/network/fabric/mod.ts", "src/network/narrow.ts"],
  },
  metrics: {
    imports: ["api", "client", "auth"],
    reason: "an API server behind the API server, as anyone's could be: it believes the front proxy, and asks who may",
  },
  cluster: {
    imports: "every room",
    reason: "the composition root",
    narrowDoors: ["src/cluster/narrow.ts", "src/cluster/admission-plugins.ts"],
  },
  cli: { imports: "every room", reason: "the command reaches everything through the rooms' doors" },
};

/** Files that may be longer than the ceiling: tables and single parsers, each with its reason. */
export const longFiles: Readonly<Record<string, string>> = {
  "src/api/resources.ts": "the table of every resource that is served",
};
