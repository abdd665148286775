/** `/debug/api_priority_and_fairness/`: levels, queues and requests as they are now, as tables for people. */
import { performance } from "node:perf_hooks";
import { type PathRoutes, textAnswer } from "../request/path-routes.ts";
import type { FlowControl } from "./flow-control.ts";
import type { LevelState } from "./flow-metrics.ts";
import type { Ticket } from "./ticket.ts";

const prefix = "/debug/api_priority_and_fairness";
const levelHead =
  "PriorityLevelName ActiveQueues IsIdle IsQuiescing WaitingRequests ExecutingRequests DispatchedRequests RejectedRequests TimedoutRequests CancelledRequests";
const queueHead =
  "PriorityLevelName Index PendingRequests ExecutingRequests SeatsInUse NextDispatchR InitialSeatsSum MaxSeatsSum TotalWorkSum";
const requestHead =
  "PriorityLevelName FlowSchemaName QueueIndex RequestIndexInQueue FlowDistingsher ArriveTime InitialSeats FinalSeats AdditionalLatency StartTime";
const detailHead = "UserName Verb APIPath Namespace Name APIVersion Resource SubResource";

export function addFlowDebugRoutes(paths: PathRoutes, flowControl: FlowControl): void {
  const add = (name: string, head: (details: boolean) => string, rows: (details: boolean) => string[][]) =>
    paths.add(`${prefix}/${name}`, ({ info }) => {
      const details = info.query.has("includeRequestDetails");
      return textAnswer(200, table(head(details).split(" "), rows(details)));
    });
  add(
    "dump_priority_levels",
    () => levelHead,
    () => flowControl.levels.map(levelRow),
  );
  add(
    "dump_queues",
    () => queueHead,
    () => flowControl.levels.flatMap(queueRows),
  );
  add(
    "dump_requests",
    (details) => (details ? `${requestHead} ${detailHead}` : requestHead),
    (details) => flowControl.levels.flatMap((state) => requestRows(state, details)),
  );
}

function levelRow({ level }: LevelState): string[] {
  const queues = level.queues?.state() ?? [];
  const active = queues.filter(({ waiting, executing }) => waiting.length + executing > 0).length;
  const idle = level.waiting === 0 && level.working.size === 0;
  const { dispatched, rejected, timedOut, cancelled } = level.counts;
  const numbers = [level.waiting, level.working.size, dispatched, rejected, timedOut, cancelled];
  return [level.name, active, idle && !level.exempt, level.quiescing, ...numbers].map(String);
}

function queueRows({ level }: LevelState): string[][] {
  return (level.queues?.state() ?? []).map(({ waiting, executing, executingSeats, waitingSeats, tag }, index) =>
    [
      level.name,
      index,
      waiting.length,
      executing,
      executingSeats,
      `${tag.toFixed(8)}ss`,
      waitingSeats,
      Math.max(0, ...waiting.map(({ width }) => width)),
      `${(waitingSeats * 0.003).toFixed(8)}ss`,
    ].map(String),
  );
}

function requestRows({ level }: LevelState, details: boolean): string[][] {
  const waiting = (level.queues?.state() ?? []).flatMap((queue) =>
    queue.waiting.map((ticket, place) => requestRow(ticket, place, details)),
  );
  return [...[...level.working].map((ticket) => requestRow(ticket, -1, details)), ...waiting];
}

function requestRow(ticket: Ticket, place: number, details: boolean): string[] {
  const { schema, queue, distinguisher, arrived, width, started } = ticket;
  const row = [schema.level.name, schema.name, queue, place, distinguisher, dateOf(arrived), width, 0, "0s"];
  const start = started > 0 ? dateOf(started) : "0001-01-01T00:00:00Z";
  return [...row, start, ...(details ? detailsOf(ticket) : [])].map(String);
}

function detailsOf({ user, info }: Ticket): string[] {
  const { resource } = info;
  const verb = resource?.verb ?? info.pathVerb;
  const { namespace = "", name = "", version = "", subresource = "" } = resource ?? {};
  return [user.name, verb, info.path, namespace, name, version, resource?.resource ?? "", subresource];
}

/** From seconds of the process's clock. */
function dateOf(seconds: number): string {
  return new Date(performance.timeOrigin + seconds * 1000).toISOString();
}

/** Columns as wide as their widest cell; each but the last ends in a comma. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : `${cell},`.padEnd(widths[column]! + 2))).join("");
  return all.map((row) => `${line(row)}\n`).join("");
}
