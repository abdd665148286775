import type { ResourceCatalogue } from "../api/mod.ts";
import type { Authorizer, RuleResolver } from "../auth/mod.ts";
import type { Client, Clock, InformerFactory } from "../client/mod.ts";
import type { PodSecurityObserver } from "./pod-security/observer.ts";
import type { WebhookObserver } from "./webhooks/observer.ts";

/** What plugins read the cluster through. */
export interface AdmissionContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  /** Tells what who writes may do themselves. */
  readonly authorizer: Authorizer & RuleResolver;
  /** What the server declares itself. Default: what is built in. */
  readonly resources?: ResourceCatalogue;
  /** Told how pods were judged. */
  readonly podSecurity?: PodSecurityObserver;
  /** Told how webhooks do. */
  readonly webhooks?: WebhookObserver;
}
