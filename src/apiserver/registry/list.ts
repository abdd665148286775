/** Lists: from memory where memory has the snapshot that is asked for, from the store's history where it does not. */
import { StoreError } from "../../store/mod.ts";
import * as errors from "../errors.ts";
import type { Entry } from "./cache/entry.ts";
import { decodeContinue, encodeContinue } from "./continue-token.ts";
import { turns } from "./in-turns.ts";
import { listPrefix } from "./keys.ts";
import type { ListOptions } from "./list-options.ts";
import { type Operation, refuseAbandoned } from "./operation.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import { type Matches, selection } from "./selection.ts";
import type { View } from "./view.ts";

export interface ListResult {
  readonly entries: readonly Entry[];
  readonly resourceVersion: number;
  readonly continueToken?: string;
  readonly remaining?: number;
}

export interface Listed {
  readonly storage: ResourceStorage;
  readonly view: View;
}

/** Who asks, and where. */
export type Asker = Pick<Operation, "namespace" | "signal">;

/** What a list reads: keys below `prefix` after `after` as they were at `revision`. */
interface Snapshot {
  readonly prefix: string;
  readonly after: string;
  readonly revision: number;
  readonly limit: number;
  readonly matches: Matches;
  readonly asker: Asker;
}

export async function listObjects({ storage, view }: Listed, asker: Asker, options: ListOptions): Promise<ListResult> {
  const matches = selection(view, options);
  const prefix = listPrefix(storage.prefix, storage.info.namespaced ? asker.namespace : "");
  const all = { prefix, after: "", limit: options.limit, matches, asker };
  if (options.continueToken !== "") return continueList(storage, all, options.continueToken);
  if (isExact(options)) return listExactly(storage, { ...all, revision: options.resourceVersion! });
  if (options.resourceVersion === undefined) await storage.fresh();
  else await reach(storage, options.resourceVersion);
  // Any state will do, so all of it is sent at once, as upstream's cache does.
  const limit = options.resourceVersion === 0 ? 0 : options.limit;
  return fromMemory(storage, { ...all, limit, revision: storage.revision });
}

/** A page of a certain version is that version and no newer one. */
function isExact({ resourceVersion, match, limit }: ListOptions): boolean {
  if (!resourceVersion) return false;
  return match === "Exact" || (match === "" && limit > 0);
}

async function reach(storage: ResourceStorage, revision: number, retryAfterSeconds?: number): Promise<void> {
  if (await storage.reach(revision)) return;
  throw errors.resourceVersionTooLarge(revision, storage.revision, retryAfterSeconds);
}

async function continueList(
  storage: ResourceStorage,
  all: Omit<Snapshot, "revision">,
  token: string,
): Promise<ListResult> {
  const { revision, after } = decodeContinue(token);
  const key = all.prefix + after;
  if (revision < 0) {
    await storage.fresh();
    return fromMemory(storage, { ...all, after: key, revision: storage.revision });
  }
  try {
    return await listAt(storage, { ...all, after: key, revision });
  } catch (error) {
    if (!isCode(error, "compacted")) throw error;
    throw errors.expiredContinue(encodeContinue({ revision: -1, after }));
  }
}

async function listExactly(storage: ResourceStorage, snapshot: Snapshot): Promise<ListResult> {
  await reach(storage, snapshot.revision, 0);
  try {
    return await listAt(storage, snapshot);
  } catch (error) {
    if (!isCode(error, "compacted")) throw error;
    throw errors.expired("The resourceVersion for the provided list is too old.");
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof StoreError && error.code === code;
}

/** Memory holds a past snapshot as long as the resource has not changed since. One that is forgotten is told as such all the same, as upstream. */
async function listAt(storage: ResourceStorage, snapshot: Snapshot): Promise<ListResult> {
  await reach(storage, snapshot.revision, 0);
  const { changed } = storage.cache;
  const { floor } = storage.watchCache.store;
  if (changed <= snapshot.revision && floor <= snapshot.revision) return fromMemory(storage, snapshot);
  return fromHistory(storage, snapshot);
}

async function fromMemory(storage: ResourceStorage, snapshot: Snapshot): Promise<ListResult> {
  const { prefix, after, limit, matches } = snapshot;
  // Where nothing is selected, a page of hundreds of thousands is not made of all that follow it.
  const entries = storage.cache.list(prefix, after, limit > 0 && !matches ? limit : undefined);
  const result = await pageOf(snapshot, entries, matches ? entries.length : storage.cache.count(prefix, after));
  storage.cache.lists?.memory.add(entries.length, result.entries.length);
  return result;
}

/** The page of what was read; `total` counts all that there is, where nothing is selected. */
async function pageOf(snapshot: Snapshot, entries: readonly Entry[], total: number): Promise<ListResult> {
  const { limit, matches, asker } = snapshot;
  if (!matches) return page(snapshot, limit > 0 ? entries.slice(0, limit) : entries, total);
  return page(snapshot, ...(await take(entries, limit, matches, asker)));
}

/** The first `limit` matches, and whether another one follows; 0: all. After a start each is decoded for it. */
async function take(
  entries: readonly Entry[],
  limit: number,
  matches: (entry: Entry) => boolean,
  asker: Asker,
): Promise<[Entry[], number | undefined]> {
  const taken: Entry[] = [];
  const turn = turns(() => refuseAbandoned(asker));
  for (const entry of entries) {
    const pause = turn();
    if (pause) await pause;
    if (!matches(entry)) continue;
    if (limit > 0 && taken.length === limit) return [taken, Number.POSITIVE_INFINITY];
    taken.push(entry);
  }
  return [taken, undefined];
}

/** `total` counts what there is from the page's start on; absent: the page is the last. Infinite: more, nobody knows how many. */
function page(snapshot: Snapshot, entries: readonly Entry[], total: number | undefined): ListResult {
  const result: ListResult = { entries, resourceVersion: snapshot.revision };
  const last = entries.at(-1);
  if (!last || total === undefined || total <= entries.length) return result;
  const after = last.key.slice(snapshot.prefix.length);
  const continueToken = encodeContinue({ revision: snapshot.revision, after });
  const remaining = total - entries.length;
  return { ...result, continueToken, ...(Number.isFinite(remaining) && { remaining }) };
}

async function fromHistory(storage: ResourceStorage, snapshot: Snapshot): Promise<ListResult> {
  const { prefix, after, limit, revision, matches } = snapshot;
  const query = { prefix, revision, ...(after !== "" && { after }), ...(limit > 0 && !matches && { limit }) };
  const { items, remaining } = await storage.watchCache.store.list(query);
  const entries = await storage.cache.entriesOf(items);
  const result = await pageOf(snapshot, entries, entries.length + remaining);
  storage.cache.lists?.history.add(entries.length, result.entries.length);
  return result;
}
