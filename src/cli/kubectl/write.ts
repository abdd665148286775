/** The verbs that write: create, delete, scale. */
import { isNotFound } from "../../api/narrow.ts";
import { parseDurationFlag } from "../commands/duration.ts";
import { throwAll, UsageError } from "../failure.ts";
import type { GetFlags } from "./get.ts";
import { readManifests } from "./manifests.ts";
import { pathOf } from "./paths.ts";
import { forEachManifest, isServerDryRun, place, sending, type WriteFlags, writeQuery } from "./placed.ts";
import { dryRunText } from "./reports.ts";
import {
  type AnyObject,
  discover,
  displayName,
  parseTargets,
  type ResourceType,
  type Target,
} from "./resource-types.ts";
import { selectedFiles, selectedTargets } from "./selection.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";
import { waitForDeletion } from "./wait.ts";

export interface DeleteFlags extends GetFlags {
  readonly all?: boolean;
  readonly cascade?: string;
  readonly gracePeriod?: number;
  readonly force?: boolean;
  readonly now?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
  readonly dryRun?: string;
}

export interface ScaleFlags extends ConnectionFlags {
  readonly replicas?: number;
  readonly currentReplicas?: number;
}

export async function create(flags: WriteFlags): Promise<void> {
  if (!flags.filename) throw new UsageError("must specify -f");
  const query = writeQuery(flags);
  await forEachManifest("create", flags, async (session, { object, source, type, namespace }) => {
    if (flags.dryRun === "client") {
      const metadata = { ...object.metadata, ...(namespace && { namespace }) };
      return { object: { ...object, metadata }, what: "created" };
    }
    const made = await sending(`error when creating "${source}"`, () =>
      session.transport.request({
        ...{ method: "POST", path: pathOf(type, { namespace }), query: { ...query, fieldManager: "kubectl-create" } },
        ...{ body: object, onWarning: session.warn },
      }),
    );
    return { object: made as AnyObject, what: "created" };
  });
}

const propagation: ReadonlyMap<string, string> = new Map([
  ["background", "Background"],
  ["orphan", "Orphan"],
  ["foreground", "Foreground"],
  ["true", "Background"],
  ["false", "Orphan"],
]);

function deleteOptions(flags: DeleteFlags) {
  const propagationPolicy = propagation.get(flags.cascade ?? "background");
  if (!propagationPolicy)
    throw new UsageError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
  if (flags.now && (flags.gracePeriod ?? -1) >= 0)
    throw new UsageError("--now and --grace-period cannot be specified together");
  if (flags.force && (flags.now || (flags.gracePeriod ?? 0) > 0))
    throw new UsageError("--force and --grace-period greater than 0 cannot be specified together");
  const seconds = flags.force && flags.gracePeriod === undefined ? 0 : flags.now ? 1 : (flags.gracePeriod ?? -1);
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
    ...(seconds >= 0 ? { gracePeriodSeconds: seconds } : {}),
    ...(isServerDryRun(flags) ? { dryRun: ["All"] } : {}),
  };
}

export async function remove(words: readonly string[], flags: DeleteFlags): Promise<void> {
  const body = deleteOptions(flags);
  const timeoutMs = parseDurationFlag("--timeout", flags.timeout);
  if (flags.output && flags.output !== "name")
    throw new UsageError(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const files = selectedFiles(words, flags);
    const deletions = files
      ? await manifestDeletions(session, types, files, flags)
      : await namedDeletions(session, types, words, flags);
    if (flags.force) session.warn(immediateDeletion);
    if (deletions.length === 0 && !flags.ignoreNotFound) process.stdout.write("No resources found\n");
    const failures: unknown[] = [];
    const accepted: Deletion[] = [];
    // One that is not there must not keep the others.
    for (const deletion of deletions) {
      try {
        if (flags.dryRun !== "client") await requestDeletion(session, deletion, body);
        accepted.push(deletion);
        process.stdout.write(deletionText(deletion, flags));
      } catch (error) {
        if (!flags.ignoreNotFound || !isNotFound(error)) failures.push(error);
      }
    }
    const isTried = dryRunText(flags) !== "";
    if (flags.wait !== false && !flags.force && !isTried) await waitForAll(session, accepted, timeoutMs);
    throwAll(failures);
  });
}

const immediateDeletion =
  "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.";

const requestDeletion = (session: Session, { type, namespace, name }: Deletion, body: unknown) =>
  session.transport.request({
    ...{ method: "DELETE", path: pathOf(type, { namespace, name }), body },
    onWarning: session.warn,
  });

function deletionText({ type, namespace, name }: Deletion, flags: DeleteFlags): string {
  if (flags.output === "name") return `${displayName(type, name)}\n`;
  const what = `${displayName(type, name).replace("/", ' "')}" ${flags.force ? "force deleted" : "deleted"}`;
  return `${what}${namespace ? ` from ${namespace} namespace` : ""}${dryRunText(flags)}\n`;
}

async function waitForAll(session: Session, deletions: readonly Deletion[], timeoutMs?: number): Promise<void> {
  for (const { type, namespace, name } of deletions)
    await waitForDeletion(session, { type, name }, namespace, timeoutMs);
}

interface Deletion {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
}

async function manifestDeletions(
  session: Session,
  types: readonly ResourceType[],
  files: readonly string[],
  flags: DeleteFlags,
): Promise<readonly Deletion[]> {
  const manifests = await readManifests(files, flags.recursive ?? false);
  return manifests.map((manifest) => {
    const { object, type, namespace } = place(session, flags, types, manifest);
    return { type, namespace, name: object.metadata.name! };
  });
}

async function namedDeletions(
  session: Session,
  types: readonly ResourceType[],
  words: readonly string[],
  flags: DeleteFlags,
): Promise<readonly Deletion[]> {
  const targets = selectedTargets(types, words, flags);
  if (targets.some(({ name }) => name === undefined) && !flags.all && !flags.selector && !flags.fieldSelector)
    throw new UsageError("resource(s) were provided, but no name was specified");
  const found = await Promise.all(targets.map((target) => expand(session, target, flags)));
  return found.flat();
}

async function expand(session: Session, target: Target, flags: DeleteFlags): Promise<readonly Deletion[]> {
  const namespace = target.type.namespaced ? session.namespace : undefined;
  if (target.name !== undefined) return [{ type: target.type, namespace, name: target.name }];
  const path = pathOf(target.type, { namespace: flags.allNamespaces ? undefined : namespace });
  const query = { labelSelector: flags.selector, fieldSelector: flags.fieldSelector };
  const list = (await session.transport.request({ method: "GET", path, query })) as {
    items: AnyObject[];
  };
  return list.items.map(({ metadata }) => ({ type: target.type, namespace: metadata.namespace, name: metadata.name! }));
}

export async function scale(words: readonly string[], flags: ScaleFlags): Promise<void> {
  const { replicas, currentReplicas } = flags;
  if (replicas === undefined) throw new UsageError('required flag(s) "replicas" not set');
  if (replicas < 0)
    throw new UsageError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
  await withSession(flags, async (session) => {
    for (const { type, name } of parseTargets(await discover(session), words)) {
      if (name === undefined) throw new UsageError("resource(s) were provided, but no name was specified");
      const path = pathOf(type, { namespace: session.namespace, name, subresource: "scale" });
      if (currentReplicas !== undefined) await requireReplicas(session, path, currentReplicas);
      const patch = {
        method: "PATCH",
        path,
        body: { spec: { replicas } },
        contentType: "application/merge-patch+json",
      } as const;
      await session.transport.request(patch);
      process.stdout.write(`${displayName(type, name)} scaled\n`);
    }
  });
}

async function requireReplicas(session: Session, path: string, expected: number): Promise<void> {
  const found = (await session.transport.request({ method: "GET", path })) as {
    spec: { replicas?: number };
  };
  if ((found.spec.replicas ?? 0) !== expected)
    throw new UsageError(`Expected replicas to be ${expected}, was ${found.spec.replicas ?? 0}`);
}
