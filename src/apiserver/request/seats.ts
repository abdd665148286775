/** Where priority and fairness stands in the way of a request: after who asks is known, before whether they may. */
import type { User } from "../../auth/mod.ts";
import type { FlowTicket } from "../flow-control/flow.ts";
import type { FlowControl } from "../flow-control/flow-control.ts";
import { RefusedError } from "../flow-control/priority-level.ts";
import type { InFlightMetrics } from "../metrics/inflight-metrics.ts";
import { isLongRunning } from "./deadline.ts";
import type { RequestRecord } from "./request-record.ts";

export class Seats {
  readonly #flowControl: FlowControl;
  readonly #inFlight: InFlightMetrics;

  constructor(flowControl: FlowControl, inFlight: InFlightMetrics) {
    this.#flowControl = flowControl;
    this.#inFlight = inFlight;
  }

  /** At once where there are seats. Rejects or throws the `RefusedError`. Watches hold theirs while they start, connections have none. */
  take(record: RequestRecord, user: User): void | Promise<void> {
    const { info, exchange } = record;
    if (info.resource?.verb !== "watch" && isLongRunning(info)) return undefined;
    const flow = this.#flowControl.classify(user, info);
    if (!flow) return undefined;
    record.flow = flow;
    const admitted = this.#flowControl.admit(flow, user, info, () => exchange.signal);
    if (admitted instanceof Promise) return admitted.then((ticket) => this.#hold(record, ticket));
    this.#hold(record, admitted);
  }

  /** Gives back what is held; does nothing where that is nothing. */
  give(record: RequestRecord): void {
    const { ticket } = record;
    if (!ticket) return;
    record.ticket = undefined;
    this.#flowControl.release(ticket);
    this.#inFlight.end(changes(ticket));
  }

  #hold(record: RequestRecord, ticket: FlowTicket): void {
    record.ticket = ticket;
    record.queuedSeconds = ticket.started - ticket.arrived;
    this.#inFlight.begin(changes(ticket), ticket.started);
  }
}

function changes({ info: { resource, method } }: FlowTicket): boolean {
  if (!resource) return method !== "GET" && method !== "HEAD";
  return resource.verb !== "get" && resource.verb !== "list" && resource.verb !== "watch";
}

/** The server has no seat for a request: nothing is wrong with it, it may come again. */
export function isRefusedSeat(error: unknown): error is RefusedError {
  return error instanceof RefusedError;
}
