import { delimiter } from "node:path";
import { prepareKubernetes } from "./kubernetes/prepare.ts";

/** The suites of others that run against Kubets as they are. */
export interface ForeignSuite {
  readonly module: string;
  readonly version: string;
  /** Packages of the module, as `go list` takes them. */
  readonly packages: readonly string[];
  readonly environment: (assets: string) => Readonly<Record<string, string>>;
  /** Done once to the module's copy. */
  readonly prepare?: (folder: string) => void;
  /** Specs and tests (with all that is inside them) that fail on upstream's own programs too, or cannot pass here, each with the reason. */
  readonly known: Readonly<Record<string, string>>;
}

const cbor = "switches on that the server speaks CBOR, which is alpha";

/** Nothing where it should not fail. */
export function knownReason({ known }: Pick<ForeignSuite, "known">, failure: string): string | undefined {
  const parts = failure.split("/");
  const names = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  return names.map((name) => known[name]).find((reason) => reason !== undefined);
}

export const suites: Readonly<Record<string, ForeignSuite>> = {
  "controller-runtime": {
    module: "sigs.k8s.io/controller-runtime",
    version: "v0.24.1",
    packages: ["./pkg/..."],
    environment: (assets) => ({
      KUBEBUILDER_ASSETS: assets,
      KUBEBUILDER_CONTROLPLANE_START_TIMEOUT: "120s",
      KUBEBUILDER_CONTROLPLANE_STOP_TIMEOUT: "60s",
    }),
    known: {
      "TestApiMachinery/aggregatedDiscovery=false": "downloads the programs of an older Kubernetes",
      "TestLazyRestMapperProvider/aggregatedDiscovery=false": "downloads the programs of an older Kubernetes",
    },
  },
  "client-go": {
    module: "k8s.io/kubernetes",
    version: "v1.36.3",
    packages: ["./test/integration/client"],
    environment: (assets) => ({
      KUBEBUILDER_ASSETS: assets,
      // Its main starts an etcd for servers in its own process.
      PATH: [assets, process.env["PATH"]].join(delimiter),
    }),
    prepare: (folder) => prepareKubernetes(folder, "v0.36.3"),
    known: {
      TestClient: "compares the server's version with the one that the test was built with",
      "TestClientCBOREnablement/served=true": cbor,
      TestCBORWithTypedClient: cbor,
      TestDynamicClientWatchWithCBOR: cbor,
      "TestDynamicClientCBOREnablement/serving=true": cbor,
    },
  },
};
