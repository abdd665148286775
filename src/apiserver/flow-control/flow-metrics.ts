/** Counts of priority and fairness, under upstream's names. */
import type { Registry } from "prom-client";
import { CounterFamily, type Distribution, GaugeFamily, HistogramFamily } from "../metrics/families.ts";
import type { FlowCounts } from "./flow.ts";
import type { PriorityLevel } from "./priority-level.ts";
import type { SeatBounds } from "./seat-limits.ts";
import type { Refusal, Ticket } from "./ticket.ts";

const secondsBuckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const seatBuckets = [1, 2, 4, 10];
const partBuckets = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const lengthBuckets = [0, 10, 25, 50, 100, 250, 500, 1000];
const both = ["priority_level", "flow_schema"];
const prefix = "apiserver_flowcontrol";

export class FlowMetrics {
  readonly #dispatched: CounterFamily;
  readonly #rejected: CounterFamily;
  readonly #execution: HistogramFamily;
  readonly #seats: HistogramFamily;
  readonly #wait: HistogramFamily;
  readonly #lengths: HistogramFamily;
  readonly #utilization: HistogramFamily;

  /** `settle` is called before utilization is printed. */
  constructor(registry: Registry, settle: () => void) {
    const counter = (name: string, help: string, labelNames: readonly string[]) =>
      new CounterFamily(registry, { name: `${prefix}_${name}`, help, labelNames });
    const histogram = (name: string, help: string, labelNames: readonly string[], buckets: readonly number[]) =>
      new HistogramFamily(registry, { name: `${prefix}_${name}`, help, labelNames, buckets });
    this.#dispatched = counter("dispatched_requests_total", "Requests that got their seats.", both);
    this.#rejected = counter("rejected_requests_total", "Requests that got none.", [...both, "reason"]);
    const kinds = [...both, "type"];
    this.#execution = histogram("request_execution_seconds", "Time with seats.", kinds, secondsBuckets);
    this.#seats = histogram("work_estimated_seats", "Seats taken by a request.", both, seatBuckets);
    const ended = [...both, "execute"];
    this.#wait = histogram("request_wait_duration_seconds", "Time in a queue.", ended, secondsBuckets);
    const length = "Length of a queue as a request that joins it finds it, itself included.";
    this.#lengths = histogram("request_queue_length_after_enqueue", length, both, lengthBuckets);
    this.#utilization = new HistogramFamily(registry, {
      name: `${prefix}_priority_level_seat_utilization`,
      help: "Part of a level's seats that is taken, at the end of each nanosecond.",
      labelNames: ["priority_level", "phase"],
      buckets: partBuckets,
      collect: settle,
    });
  }

  of(level: string, schema: string): FlowCounts {
    return {
      dispatched: this.#dispatched.labelled(level, schema),
      execution: this.#execution.labelled(level, schema, "regular"),
      seats: this.#seats.labelled(level, schema),
    };
  }

  seatsTaken(level: string): Distribution {
    return this.#utilization.labelled(level, "executing");
  }

  forgetLevel(level: string): void {
    this.#utilization.remove((labels) => labels["priority_level"] === level);
  }

  /** The schema is gone, or leads to another level: its series go with it. */
  forget(level: string, schema: string): void {
    for (const family of [this.#dispatched, this.#rejected, this.#execution, this.#seats, this.#wait, this.#lengths])
      family.remove((labels) => labels["priority_level"] === level && labels["flow_schema"] === schema);
  }

  refused({ schema }: Ticket, refusal: Refusal): void {
    this.#rejected.labelled(schema.level.name, schema.name, refusal).value++;
  }

  waited({ schema, started }: Ticket, seconds: number): void {
    this.#wait.labelled(schema.level.name, schema.name, String(started > 0)).observe(seconds);
  }

  queued({ schema }: Ticket, length: number): void {
    this.#lengths.labelled(schema.level.name, schema.name).observe(length);
  }
}

export interface LevelState {
  readonly level: PriorityLevel;
  readonly bounds: SeatBounds;
}

export interface LevelGauges {
  levels(): Iterable<LevelState>;
  fairFraction(): number;
}

/** What each level has and does, asked when somebody looks. */
export function addLevelGauges(registry: Registry, { levels, fairFraction }: LevelGauges): void {
  const gauge = (name: string, help: string, read: (state: LevelState) => number) => {
    const family: GaugeFamily = new GaugeFamily(registry, {
      name: `${prefix}_${name}`,
      help,
      labelNames: ["priority_level"],
      collect() {
        family.clear();
        for (const state of levels()) family.labelled(state.level.name).set(read(state));
      },
    });
  };
  gauge("nominal_limit_seats", "Seats that are a level's own.", ({ bounds }) => bounds.nominal);
  gauge("lower_limit_seats", "Seats that a level keeps.", ({ bounds }) => bounds.lower);
  gauge("upper_limit_seats", "Seats that a level may come to.", ({ bounds }) => bounds.upper);
  gauge("current_limit_seats", "Seats that a level has now.", ({ level }) => level.limit);
  gauge("demand_seats_high_watermark", "Peak of the last period.", ({ level }) => level.demand.last.peak);
  gauge("demand_seats_average", "Mean of the last period.", ({ level }) => level.demand.last.average);
  gauge("demand_seats_stdev", "Deviation of the last period.", ({ level }) => level.demand.last.deviation);
  gauge("demand_seats_smoothed", "Wish, smoothed over periods.", ({ level }) => level.demand.smoothed);
  const fair: GaugeFamily = new GaugeFamily(registry, {
    name: `${prefix}_seat_fair_frac`,
    help: "Part of its wish that each level got.",
    collect: () => fair.labelled().set(fairFraction()),
  });
  addFlowGauges(registry, levels);
}

function addFlowGauges(registry: Registry, levels: () => Iterable<LevelState>): void {
  const gauge = (name: string, help: string, tickets: (level: PriorityLevel) => Iterable<Ticket>, of: Counted) => {
    const family: GaugeFamily = new GaugeFamily(registry, {
      name: `${prefix}_${name}`,
      help,
      labelNames: both,
      collect() {
        family.clear();
        for (const { level } of levels())
          for (const ticket of tickets(level)) family.labelled(level.name, ticket.schema.name).value += of(ticket);
      },
    });
  };
  gauge(
    "current_executing_requests",
    "Requests that have seats.",
    ({ working }) => working,
    () => 1,
  );
  gauge(
    "current_executing_seats",
    "Seats that are taken.",
    ({ working }) => working,
    ({ width }) => width,
  );
  gauge("current_inqueue_requests", "Requests that wait.", waitingOf, () => 1);
}

type Counted = (ticket: Ticket) => number;

function waitingOf({ queues }: PriorityLevel): Ticket[] {
  return (queues?.state() ?? []).flatMap(({ waiting }) => waiting);
}
