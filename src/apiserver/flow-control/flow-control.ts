/**
 * Priority and fairness (KEP-1040): each request is of a flow, each flow of a priority level, each level has seats. While there are seats a
 * request costs a match and a few additions.
 */
import { performance } from "node:perf_hooks";
import type { Registry } from "prom-client";
import type { flowcontrolv1 } from "../../api/mod.ts";
import type { User } from "../../auth/mod.ts";
import type { RequestInfo } from "../request/request-info.ts";
import { type Flow, type FlowTicket, makeFlow } from "./flow.ts";
import { addLevelGauges, FlowMetrics, type LevelState } from "./flow-metrics.ts";
import type { SchemaRule } from "./matcher.ts";
import { PriorityLevel, type PriorityLevelHooks } from "./priority-level.ts";
import { allocateSeats, boundsOf, type SeatBounds, sharesOf } from "./seat-limits.ts";

export interface FlowControlOptions {
  /** Seats of all levels together. */
  readonly seats: number;
  readonly registry: Registry;
  /** Stored objects of a resource: who lists many takes more seats. */
  sizeOf(group: string, resource: string): number;
  /** Who is told of every write to a resource. Default none. */
  watchersOf?(group: string, resource: string): number;
}

/** Objects that one seat stands for in a list. */
const objectsPerSeat = 100;
const maximumWidth = 10;
/** Watchers that one seat stands for after a write, and for how long each seat is taken, as upstream counts it. */
const watchersPerSeat = 10;
const tellMs = 5;

const writes: ReadonlySet<string> = new Set(["create", "update", "patch", "delete"]);

interface Candidate {
  readonly flow: Flow;
  readonly rules: readonly SchemaRule[];
}

export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #metrics: FlowMetrics;
  readonly #hooks: PriorityLevelHooks;
  readonly #levels = new Map<string, { level: PriorityLevel; bounds: SeatBounds }>();
  #flows: readonly Flow[] = [];
  /** Users are authenticated once and shared: what they can match is looked for once too. */
  #candidates = new WeakMap<User, readonly Candidate[]>();
  #fairFraction = 1;

  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#metrics = new FlowMetrics(options.registry, () => this.#settle());
    this.#hooks = {
      now: () => performance.now() / 1000,
      onWaited: (ticket, seconds) => this.#metrics.waited(ticket, seconds),
      onQueued: (ticket, length) => this.#metrics.queued(ticket, length),
      onRefused: (ticket, refusal) => this.#metrics.refused(ticket, refusal),
      seatsTaken: (level) => this.#metrics.seatsTaken(level),
    };
    const levels = () => this.#levels.values();
    addLevelGauges(options.registry, { levels, fairFraction: () => this.#fairFraction });
  }

  /** Takes on what is configured now. A schema whose level does not exist is not in force. */
  configure(
    schemas: readonly flowcontrolv1.FlowSchema[],
    levels: readonly flowcontrolv1.PriorityLevelConfiguration[],
  ): void {
    this.#configureLevels(levels);
    const former = this.#flows;
    this.#flows = schemas
      .flatMap((schema) => {
        const level = this.#levels.get(schema.spec.priorityLevelConfiguration.name)?.level;
        if (!level || level.quiescing) return [];
        return [makeFlow(schema, level, this.#metrics.of(level.name, schema.metadata.name))];
      })
      .sort((a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1));
    this.#candidates = new WeakMap();
    const present = new Set(this.#flows.map(({ name, level }) => `${level.name}\n${name}`));
    for (const { name, level } of former)
      if (!present.has(`${level.name}\n${name}`)) this.#metrics.forget(level.name, name);
  }

  get levels(): readonly LevelState[] {
    return [...this.#levels.values()].sort((a, b) => (a.level.name < b.level.name ? -1 : 1));
  }

  /** The flow of a request; nothing where no schema is about it, which happens only before the first configuration. */
  classify(user: User, info: RequestInfo): Flow | undefined {
    for (const { flow, rules } of this.#candidatesOf(user)) {
      for (const rule of rules) if (rule.allows(info)) return flow;
    }
    return undefined;
  }

  /**
   * Takes seats for a request; a promise where it has to wait for them. Rejects or throws `RefusedError`. `signal` is asked for only where
   * somebody waits. What is admitted must be released.
   */
  admit(flow: Flow, user: User, info: RequestInfo, signal: () => AbortSignal): FlowTicket | Promise<FlowTicket> {
    const ticket: FlowTicket = {
      schema: flow,
      user,
      info,
      distinguisher: distinguisherOf(flow, user, info),
      width: this.#widthOf(info),
      arrived: this.#hooks.now(),
      started: 0,
      queue: -1,
      afterwards: this.#afterwardsOf(info),
    };
    const waiting = flow.level.admit(ticket, signal);
    return waiting ? waiting.then(() => ticket) : ticket;
  }

  release(ticket: FlowTicket): void {
    const { counts, level } = ticket.schema;
    const now = this.#hooks.now();
    level.release(ticket, now);
    counts.dispatched.value++;
    counts.seats.observe(ticket.width);
    counts.execution.observe(now - ticket.started);
  }

  /** Lends and borrows seats by what was asked for since the last time. Every ten seconds. */
  adjust(): void {
    const now = this.#hooks.now();
    const states = [...this.#levels.values()];
    const claims = states.map(({ level, bounds }) => {
      const { peak } = level.demand.close(now);
      return { bounds, peak, target: level.demand.smoothed };
    });
    const { limits, fairFraction } = allocateSeats(claims, this.#options.seats);
    this.#fairFraction = fairFraction;
    states.forEach(({ level }, index) => {
      level.limit = limits[index]!;
      level.dispatch();
    });
    this.#forgetIdle();
  }

  #configureLevels(objects: readonly flowcontrolv1.PriorityLevelConfiguration[]): void {
    const names = new Set(objects.map(({ metadata }) => metadata.name));
    for (const [name, { level }] of this.#levels) if (!names.has(name)) level.quiescing = true;
    const sum = objects.reduce((all, { spec }) => all + sharesOf(spec), 0);
    for (const object of objects) {
      const { name } = object.metadata;
      const level = this.#levels.get(name)?.level ?? new PriorityLevel(name, this.#hooks);
      const bounds = boundsOf(object.spec, sum, this.#options.seats);
      const known = this.#levels.get(name);
      // The seats are dealt out anew at the next adjustment; until then a change of its own is in force at once.
      if (known?.bounds.nominal !== bounds.nominal) level.limit = bounds.nominal;
      this.#levels.set(name, { level, bounds });
      level.configure(object);
    }
    this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const [name, { level }] of this.#levels)
      if (level.quiescing && level.waiting === 0 && level.working.size === 0) {
        this.#levels.delete(name);
        this.#metrics.forgetLevel(name);
      }
  }

  #settle(): void {
    const now = this.#hooks.now();
    for (const { level } of this.#levels.values()) level.utilization.settle(now);
  }

  #candidatesOf(user: User): readonly Candidate[] {
    const known = this.#candidates.get(user);
    if (known) return known;
    const found = this.#flows.flatMap((flow) => {
      const rules = flow.rules.filter((rule) => rule.covers(user));
      return rules.length > 0 ? [{ flow, rules }] : [];
    });
    this.#candidates.set(user, found);
    return found;
  }

  /** The more watch, the longer a write has work; more seats than a level gives away at once become more time. */
  #afterwardsOf({ resource }: RequestInfo): FlowTicket["afterwards"] {
    if (!resource || !writes.has(resource.verb) || resource.subresource === "token") return undefined;
    const watchers = this.#options.watchersOf?.(resource.group, resource.resource) ?? 0;
    if (watchers < watchersPerSeat) return undefined;
    const wanted = Math.ceil(watchers / watchersPerSeat);
    const seats = Math.min(wanted, maximumWidth);
    return { seats, milliseconds: (wanted / seats) * tellMs };
  }

  #widthOf({ resource, query }: RequestInfo): number {
    if (resource?.verb !== "list") return 1;
    const stored = this.#options.sizeOf(resource.group, resource.resource);
    if (stored <= objectsPerSeat) return 1;
    const limit = Number(query.get("limit") ?? 0);
    const read = limit > 0 ? Math.min(2 * limit, stored) : stored;
    return Math.min(Math.max(Math.ceil(read / objectsPerSeat), 1), maximumWidth);
  }
}

function distinguisherOf({ by }: Flow, user: User, { resource }: RequestInfo): string {
  if (by === "ByUser") return user.name;
  return by === "ByNamespace" ? (resource?.namespace ?? "") : "";
}
