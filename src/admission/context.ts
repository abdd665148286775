import type { Client, Clock, InformerFactory } from "../client/mod.ts";

/** What plugins read the cluster through. */
export interface AdmissionContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
}
