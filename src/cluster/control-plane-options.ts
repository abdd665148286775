/** What a control plane is made of, and where it runs. */
import type { Logger } from "pino";
import type { AdmissionOptions } from "../admission/mod.ts";
import type { AuditWebhookLimits, HealthCheck } from "../apiserver/mod.ts";
import type { Pki } from "../auth/mod.ts";
import type { Clock } from "../client/mod.ts";
import type { Registry } from "../client/prometheus.ts";
import type { Store } from "../store/mod.ts";
import type { ConfiguredAccess } from "./access-control.ts";
import type { Renewal } from "./certificate-renewal.ts";
import type { Trust } from "./trust.ts";

export interface ControlPlaneOptions {
  readonly pki: Pki;
  readonly store: Store;
  readonly listen: readonly ControlPlaneAddress[];
  /** Where nodes and pods reach the API. */
  readonly advertise: { readonly host: string; readonly port: number };
  readonly serviceCidr: string;
  /** Ports of Services on nodes; default 30000 to 32767. */
  readonly nodePorts?: { readonly first: number; readonly last: number };
  readonly podCidr: string;
  readonly legacyApis: boolean;
  /** Groups and versions that are served beside the usual ones: `storagemigration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: string;
  /** It runs in the fabric's network namespace, and keeps the routes to pods and the rules of Services there. */
  readonly inFabric: boolean;
  /** Nodes without containers, in this process. */
  readonly simulated: { readonly count: number; readonly prefix: string };
  /** The API server alone: nothing acts on what it is told. */
  readonly withoutControllers?: boolean;
  /** Nobody answers for `metrics.k8s.io`. */
  readonly withoutMetricsServer?: boolean;
  /** Whom to believe, where it is not what the keys of `pki` say. */
  readonly trust?: Trust;
  /** Who is let in and who decides, where no files say it. */
  readonly access?: ConfiguredAccess;
  /** Which admission plugins there are beside the usual ones, and which of those are not. */
  readonly admission?: AdmissionOptions;
  /** An AuthenticationConfiguration file; empty: none. */
  readonly authenticationConfig?: string;
  /** A kubeconfig file; empty: none. */
  readonly tokenWebhook?: string;
  /** An AuthorizationConfiguration file; empty: none. */
  readonly authorizationConfig?: string;
  /** Where spans of requests go; none: nowhere. */
  readonly tracing?: { readonly endpoint: string; readonly ratio: number; readonly socketPath?: string };
  /** Certificates to be renewed beside the control plane's own. */
  readonly renewals?: readonly Renewal[];
  /** Beside the control plane's own. */
  readonly healthChecks?: readonly HealthCheck[];
  readonly audit?: AuditFiles;
}

/** Files: what is written down, where, and the kubeconfig of the webhook that is told as well (empty or absent: none). */
export interface AuditFiles {
  readonly policy: string;
  readonly log: string;
  readonly webhook?: string;
  readonly webhookLimits?: AuditWebhookLimits;
}

export type ControlPlaneAddress = { readonly descriptor: number } | { readonly host: string; readonly port: number };

export interface ControlPlaneContext {
  readonly log: Logger;
  readonly clock?: Clock;
  /** Default: one of its own. */
  readonly metrics?: Registry;
  readonly signal: AbortSignal;
}
