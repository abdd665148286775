import type { InformerFactory, ServiceResolver } from "../../client/mod.ts";
import type { NamespaceSource } from "../matching/selectors.ts";
import type { EvaluateConditions } from "./match-conditions.ts";
import type { WebhookObserver } from "./observer.ts";

/** What both kinds of webhooks need. */
export interface WebhookContext {
  readonly informers: InformerFactory;
  readonly namespaces: NamespaceSource;
  readonly resolver: ServiceResolver;
  readonly evaluate: EvaluateConditions;
  readonly observer?: WebhookObserver;
}
