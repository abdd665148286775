/** `kubets get`: tables, YAML, JSON, names; once, or as things change. */
import { isNotFound } from "../../api/narrow.ts";
import { throwAll, UsageError } from "../failure.ts";
import { pathOf } from "./paths.ts";
import {
  type AnyObject,
  discover,
  displayName,
  type ResourceType,
  type Target,
  typeOfObject,
  withoutManagedFields,
} from "./resource-types.ts";
import { type SelectionFlags, selectedFiles, selectedTargets } from "./selection.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";
import { sortedBy } from "./sorting.ts";
import { alignColumns, alignRow, growWidths, type RowObject, type ServerTable, tableRows } from "./table.ts";

export interface GetFlags extends ConnectionFlags, SelectionFlags {
  readonly output?: string;
  readonly watch?: boolean;
  readonly watchOnly?: boolean;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  /** The type before each name, also where there is but one. */
  readonly showKind?: boolean;
  /** Objects in one answer of the server; 0: all. */
  readonly chunkSize?: number;
  /** Shown instead of the object: `status`, `scale`. */
  readonly subresource?: string;
  readonly headers?: boolean;
  readonly recursive?: boolean;
  readonly ignoreNotFound?: boolean;
  readonly showManagedFields?: boolean;
  readonly sortBy?: string;
  /** A path on the server, whose answer is printed as it comes. */
  readonly raw?: string;
}

const tableType = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

export async function get(words: readonly string[], flags: GetFlags): Promise<void> {
  if (flags.raw !== undefined) return printRaw(flags.raw, flags);
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const targets = await findTargets(types, words, flags);
    const printer = await choosePrinter(flags);
    await printer(session, targets, flags);
  });
}

async function printRaw(path: string, flags: GetFlags): Promise<void> {
  await withSession(flags, async ({ transport }) => {
    const [bare, query] = path.split("?");
    const body = await transport.stream({
      method: "GET",
      path: bare!,
      ...(query ? { query: Object.fromEntries(new URLSearchParams(query)) } : {}),
    });
    for await (const chunk of body) process.stdout.write(chunk);
  });
}

export async function findTargets(
  types: readonly ResourceType[],
  words: readonly string[],
  flags: GetFlags,
): Promise<readonly Target[]> {
  const files = selectedFiles(words, flags);
  if (!files) return selectedTargets(types, words, flags);
  const { readManifests } = await import("./manifests.ts");
  const manifests = await readManifests(files, flags.recursive ?? false);
  return manifests.map(({ object, source }) => ({
    type: typeOfObject(types, object, source),
    name: object.metadata.name!,
  }));
}

type Printer = (session: Session, targets: readonly Target[], flags: GetFlags) => Promise<void>;

async function choosePrinter(flags: GetFlags): Promise<Printer> {
  if (flags.watch || flags.watchOnly) return watchTargets;
  const output = flags.output ?? "";
  if (output === "" || output === "wide") return printTables;
  if (output === "name") return printNames;
  const { outputFormat } = await import("./output.ts");
  const format = outputFormat(output);
  return async (session, targets) => {
    const { objects, failures } = await fetchSorted(session, targets, flags);
    const single = targets.length === 1 && targets[0]!.name !== undefined;
    if (objects.length === 0 && (single || failures.length > 0)) return throwAll(failures);
    process.stdout.write(
      format(output === "json" || output === "yaml" ? objects.map((object) => shown(object, flags)) : objects, {
        single,
        headers: flags.headers !== false,
      }),
    );
    throwAll(failures);
  };
}

const pageSize = ({ chunkSize = 500 }: GetFlags): string | undefined => (chunkSize === 0 ? undefined : `${chunkSize}`);

function request(session: Session, target: Target, flags: GetFlags, accept?: string) {
  const namespace = flags.allNamespaces ? undefined : session.namespace;
  // Rows carry only metadata unless asked for the object, which is what they are sorted by.
  const whole = accept === tableType && flags.sortBy ? { includeObject: "Object" } : {};
  return {
    method: "GET" as const,
    path: pathOf(target.type, {
      namespace,
      ...(target.name === undefined ? {} : { name: target.name }),
      ...(flags.subresource && { subresource: flags.subresource }),
    }),
    query:
      target.name === undefined
        ? { labelSelector: flags.selector, fieldSelector: flags.fieldSelector, limit: pageSize(flags), ...whole }
        : whole,
    onWarning: session.warn,
    ...(accept ? { accept } : {}),
  };
}

/** The whole of a list, page by page; `merge` puts the pages together. */
async function fetchAll<T extends { metadata?: { continue?: string } }>(
  session: Session,
  target: Target,
  flags: GetFlags,
  accept: string | undefined,
  merge: (pages: readonly T[]) => T,
): Promise<T> {
  const first = request(session, target, flags, accept);
  const pages = [(await session.transport.request(first)) as T];
  for (let token = pages[0]!.metadata?.continue; token; token = pages.at(-1)!.metadata?.continue)
    pages.push((await session.transport.request({ ...first, query: { ...first.query, continue: token } })) as T);
  return merge(pages);
}

const mergeTables = (pages: readonly ServerTable[]): ServerTable => ({
  ...pages[0]!,
  rows: pages.flatMap((page) => page.rows ?? []),
});

async function fetchTable(session: Session, target: Target, flags: GetFlags): Promise<ServerTable> {
  const none: ServerTable = { kind: "Table", columnDefinitions: [] };
  return unlessIgnored(none, flags, () =>
    fetchAll<ServerTable & { metadata?: { continue?: string } }>(
      session,
      target,
      flags,
      tableType,
      mergeTables as never,
    ),
  );
}

interface Fetched<T> {
  readonly target: Target;
  readonly value: T;
}

/** What there is of the targets, and why the others are missing: as with kubectl one that fails keeps none of the others from being shown. */
export async function fetchEach<T>(
  targets: readonly Target[],
  fetch: (target: Target) => Promise<T>,
): Promise<{ found: readonly Fetched<T>[]; failures: readonly unknown[] }> {
  const settled = await Promise.allSettled(targets.map(async (target) => ({ target, value: await fetch(target) })));
  return {
    found: settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    failures: settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : [])),
  };
}

/** With `--ignore-not-found` a name that there is not is nothing. */
async function unlessIgnored<T>(none: T, { ignoreNotFound }: GetFlags, fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (error) {
    if (ignoreNotFound && isNotFound(error)) return none;
    throw error;
  }
}

const tableOptions = (targets: readonly Target[], target: Target, flags: GetFlags) => ({
  wide: flags.output === "wide",
  withNamespace: (flags.allNamespaces ?? false) && target.type.namespaced,
  showLabels: flags.showLabels ?? false,
  labelColumns: (flags.labelColumns ?? []).flatMap((labels) => labels.split(",")),
  noHeaders: flags.headers === false,
  namePrefix: flags.showKind || new Set(targets.map(({ type }) => type)).size > 1 ? displayName(target.type, "") : "",
});

const printTables: Printer = async (session, targets, flags) => {
  const { found, failures } = await fetchEach(targets, (target) => fetchTable(session, target, flags));
  const blocks = groupByType(found)
    .filter(({ table }) => (table.rows ?? []).length > 0)
    .map(({ target, table }) => ({ target, table: sortedTable(table, flags) }))
    .map(({ target, table }) => alignColumns(tableRows(table, tableOptions(targets, target, flags))));
  process.stdout.write(blocks.join("\n"));
  throwAll(failures);
  if (blocks.length > 0) return;
  const where =
    flags.allNamespaces || !targets.some(({ type }) => type.namespaced) ? "" : ` in ${session.namespace} namespace`;
  if (!flags.ignoreNotFound) process.stderr.write(`No resources found${where}${where ? "." : ""}\n`);
};

const sortedTable = (table: ServerTable, { sortBy }: GetFlags): ServerTable =>
  sortBy ? { ...table, rows: sortedBy(table.rows ?? [], sortBy, ({ object }) => object) } : table;

/** Several names of one type make one table. */
function groupByType(found: readonly Fetched<ServerTable>[]): { target: Target; table: ServerTable }[] {
  const groups = new Map<ResourceType, { target: Target; tables: ServerTable[] }>();
  for (const { target, value } of found) {
    const group = groups.get(target.type) ?? { target, tables: [] };
    group.tables.push(value);
    groups.set(target.type, group);
  }
  return [...groups.values()].map((group) => ({ target: group.target, table: mergeTables(group.tables) }));
}

interface ObjectsPage {
  readonly metadata?: { readonly continue?: string };
  readonly kind?: string;
  readonly items?: readonly AnyObject[];
}

interface FetchedObjects {
  readonly objects: readonly AnyObject[];
  readonly failures: readonly unknown[];
}

/** Items of a list get the kind that the list leaves out. */
export async function objectsOf(session: Session, target: Target, flags: GetFlags): Promise<readonly AnyObject[]> {
  const merge = (pages: readonly ObjectsPage[]) =>
    target.name === undefined
      ? { items: pages.flatMap((page) => page.items ?? []) }
      : { items: [pages[0] as unknown as AnyObject] };
  const { items } = await unlessIgnored<ObjectsPage>({ items: [] }, flags, () =>
    fetchAll<ObjectsPage>(session, target, flags, undefined, merge),
  );
  if (flags.subresource) return items!;
  return items!.map((item) => ({ ...item, apiVersion: target.type.apiVersion, kind: target.type.kind }));
}

const shown = (object: AnyObject, flags: GetFlags): AnyObject =>
  flags.showManagedFields ? object : withoutManagedFields(object);

async function fetchSorted(session: Session, targets: readonly Target[], flags: GetFlags): Promise<FetchedObjects> {
  const { found, failures } = await fetchEach(targets, (target) => objectsOf(session, target, flags));
  const objects = found.flatMap(({ value }) => value);
  return { objects: flags.sortBy ? sortedBy(objects, flags.sortBy, (object) => object) : objects, failures };
}

const printNames: Printer = async (session, targets, flags) => {
  const { objects, failures } = await fetchSorted(session, targets, flags);
  const typeOf = (object: AnyObject) =>
    targets.find(({ type }) => type.kind === object.kind && type.apiVersion === object.apiVersion)!.type;
  for (const object of objects) process.stdout.write(`${displayName(typeOf(object), object.metadata.name!)}\n`);
  throwAll(failures);
};

const watchTargets: Printer = async (session, targets, flags) => {
  const [target] = targets;
  if (!target || targets.length > 1) throw new UsageError("you may only specify a single resource type with --watch");
  // A name that there is not is refused, not waited for.
  if (target.name !== undefined) await fetchTable(session, target, flags);
  const printer = rowPrinter(targets, target, flags);
  const listFlags = target.name ? { ...flags, fieldSelector: `metadata.name=${target.name}` } : flags;
  const list = { type: target.type };
  const table = await fetchTable(session, list, listFlags);
  if (!flags.watchOnly) printer(table);
  const base = request(session, list, listFlags, tableType);
  const query = { ...base.query, limit: undefined, watch: "true", resourceVersion: table.metadata?.resourceVersion };
  for await (const event of session.transport.watch({ ...base, query }))
    if (event.type !== "BOOKMARK") printer(event.object as unknown as ServerTable);
};

/** Prints rows as they come; the header once, each column at least as wide as before. */
function rowPrinter(targets: readonly Target[], target: Target, flags: GetFlags): (table: ServerTable) => void {
  let headed = flags.headers === false;
  let columns: ServerTable["columnDefinitions"] | undefined;
  const widths: number[] = [];
  return (table) => {
    // Later events leave the column definitions out.
    columns = table.columnDefinitions?.length ? table.columnDefinitions : columns;
    if (!columns || !table.rows?.length) return;
    const options = { ...tableOptions(targets, target, flags), noHeaders: headed };
    const rows = tableRows({ ...table, columnDefinitions: columns }, options);
    headed = true;
    for (const row of rows) growWidths(widths, row);
    for (const row of rows) process.stdout.write(alignRow(row, widths));
  };
}

export type { RowObject };
