/** The verbs that write: create, apply, delete, scale. */
import { isNotFound } from "../../api/narrow.ts";
import { parseDurationMs } from "../commands/duration.ts";
import { UsageError } from "../failure.ts";
import type { GetFlags } from "./get.ts";
import { readManifests } from "./manifests.ts";
import { toJson, toYaml } from "./output.ts";
import { pathOf } from "./paths.ts";
import {
  type AnyObject,
  discover,
  displayName,
  parseTargets,
  type ResourceType,
  type Target,
  typeOfObject,
} from "./resource-types.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";
import { waitForDeletion } from "./wait.ts";

export interface WriteFlags extends ConnectionFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: string;
  readonly output?: string;
  /** `strict`, `warn` or `ignore`; `true` and `false` as kubectl takes them. */
  readonly validate?: string;
}

export interface ApplyFlags extends WriteFlags {
  readonly serverSide?: boolean;
  readonly forceConflicts?: boolean;
  readonly fieldManager?: string;
}

export interface DeleteFlags extends GetFlags {
  readonly all?: boolean;
  readonly cascade?: string;
  readonly gracePeriod?: string;
  readonly force?: boolean;
  readonly now?: boolean;
  readonly wait?: boolean;
  readonly timeout?: string;
}

export interface ScaleFlags extends ConnectionFlags {
  readonly replicas?: string;
  readonly currentReplicas?: string;
}

const fieldValidation: Readonly<Record<string, string>> = {
  strict: "Strict",
  true: "Strict",
  warn: "Warn",
  ignore: "Ignore",
  false: "Ignore",
};

function writeQuery(flags: WriteFlags): Record<string, string | undefined> {
  const validation = fieldValidation[flags.validate ?? "strict"];
  if (!validation)
    throw new UsageError(
      `invalid - validate option "${flags.validate}"; must be one of: strict (or true), warn, ignore (or false)`,
    );
  if (flags.dryRun && flags.dryRun !== "none" && flags.dryRun !== "server")
    throw new UsageError(`invalid dry-run value (${flags.dryRun}). Must be "none" or "server"`);
  return { fieldValidation: validation, dryRun: flags.dryRun === "server" ? "All" : undefined };
}

interface Placed {
  readonly object: AnyObject;
  readonly type: ResourceType;
  readonly namespace: string | undefined;
}

/** The namespace of a manifest: its own, which must not differ from `-n`. */
function place(session: Session, flags: ConnectionFlags, types: readonly ResourceType[], object: AnyObject): Placed {
  const type = typeOfObject(types, object);
  if (!type.namespaced) return { object, type, namespace: undefined };
  const own = object.metadata?.namespace;
  if (own && flags.namespace && own !== flags.namespace)
    throw new UsageError(
      `the namespace from the provided object "${own}" does not match the namespace "${flags.namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  return { object, type, namespace: own ?? session.namespace };
}

async function forEachManifest(
  flags: WriteFlags,
  work: (session: Session, placed: Placed) => Promise<void>,
): Promise<void> {
  const objects = await readManifests(flags.filename ?? [], flags.recursive ?? false);
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const failures: unknown[] = [];
    // One refused object must not keep the others from being written.
    for (const object of objects)
      await work(session, place(session, flags, types, object)).catch((error) => failures.push(error));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new UsageError(failures.map((error) => (error as Error).message).join("\n"));
  });
}

function report(type: ResourceType, object: AnyObject, what: string, flags: WriteFlags): void {
  if (flags.output === "json") process.stdout.write(toJson(object));
  else if (flags.output === "yaml") process.stdout.write(toYaml(object));
  else if (flags.output === "name") process.stdout.write(`${displayName(type, object.metadata.name!)}\n`);
  else
    process.stdout.write(
      `${displayName(type, object.metadata.name!)} ${what}${flags.dryRun === "server" ? " (server dry run)" : ""}\n`,
    );
}

export async function create(flags: WriteFlags): Promise<void> {
  if (!flags.filename) throw new UsageError("must specify -f");
  const query = writeQuery(flags);
  await forEachManifest(flags, async (session, { object, type, namespace }) => {
    const request = {
      method: "POST",
      path: pathOf(type, { namespace }),
      query: { ...query, fieldManager: "kubectl-create" },
      body: object,
    } as const;
    const made = (await session.transport.request({
      ...request,
      onWarning: session.warn,
      signal: session.signal,
    })) as AnyObject;
    report(type, made, "created", flags);
  });
}

/** Server-side apply, with kubectl's words for what became of the object. */
export async function apply(flags: ApplyFlags): Promise<void> {
  if (!flags.filename) throw new UsageError("must specify -f");
  const query = {
    ...writeQuery(flags),
    fieldManager: flags.fieldManager ?? "kubectl",
    force: flags.forceConflicts ? "true" : undefined,
  };
  await forEachManifest(flags, async (session, { object, type, namespace }) => {
    const name = object.metadata?.name;
    if (!name) throw new UsageError(`${type.kind}: metadata.name is needed to apply`);
    const path = pathOf(type, { namespace, name });
    const before = await read(session, path);
    const patch = { method: "PATCH", path, query, body: object, contentType: "application/apply-patch+yaml" } as const;
    const after = (await session.transport.request({
      ...patch,
      onWarning: session.warn,
      signal: session.signal,
    })) as AnyObject;
    const changed = before?.metadata.resourceVersion === after.metadata.resourceVersion ? "unchanged" : "configured";
    report(type, after, flags.serverSide ? "serverside-applied" : before ? changed : "created", flags);
  });
}

async function read(session: Session, path: string): Promise<AnyObject | undefined> {
  try {
    return (await session.transport.request({ method: "GET", path, signal: session.signal })) as AnyObject;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const propagation: Readonly<Record<string, string>> = {
  background: "Background",
  orphan: "Orphan",
  foreground: "Foreground",
  true: "Background",
  false: "Orphan",
};

function deleteOptions(flags: DeleteFlags) {
  const propagationPolicy = propagation[flags.cascade ?? "background"];
  if (!propagationPolicy)
    throw new UsageError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
  const seconds = flags.force && flags.gracePeriod === undefined ? 0 : flags.now ? 1 : Number(flags.gracePeriod ?? -1);
  return {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
    ...(seconds >= 0 ? { gracePeriodSeconds: seconds } : {}),
  };
}

export async function remove(words: readonly string[], flags: DeleteFlags): Promise<void> {
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const deletions = flags.filename
      ? await manifestDeletions(session, types, flags)
      : await namedDeletions(session, types, words, flags);
    const body = deleteOptions(flags);
    for (const { type, namespace, name } of deletions) {
      try {
        await session.transport.request({
          method: "DELETE",
          path: pathOf(type, { namespace, name }),
          body,
          signal: session.signal,
        });
      } catch (error) {
        if (flags.ignoreNotFound && isNotFound(error)) continue;
        throw error;
      }
      process.stdout.write(
        `${displayName(type, name).replace("/", ' "')}" ${flags.force ? "force deleted" : "deleted"}${namespace ? ` from ${namespace} namespace` : ""}\n`,
      );
    }
    if (flags.wait === false || flags.force) return;
    const timeoutMs = flags.timeout ? parseDurationMs(flags.timeout) : undefined;
    for (const { type, namespace, name } of deletions)
      await waitForDeletion(session, { type, name }, namespace, timeoutMs);
  });
}

interface Deletion {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
}

async function manifestDeletions(
  session: Session,
  types: readonly ResourceType[],
  flags: DeleteFlags,
): Promise<readonly Deletion[]> {
  const objects = await readManifests(flags.filename!, flags.recursive ?? false);
  return objects.map((object) => {
    const { type, namespace } = place(session, flags, types, object);
    return { type, namespace, name: object.metadata.name! };
  });
}

async function namedDeletions(
  session: Session,
  types: readonly ResourceType[],
  words: readonly string[],
  flags: DeleteFlags,
): Promise<readonly Deletion[]> {
  const targets = parseTargets(types, words);
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
  const list = (await session.transport.request({ method: "GET", path, query, signal: session.signal })) as {
    items: AnyObject[];
  };
  return list.items.map(({ metadata }) => ({ type: target.type, namespace: metadata.namespace, name: metadata.name! }));
}

export async function scale(words: readonly string[], flags: ScaleFlags): Promise<void> {
  const replicas = Number(flags.replicas);
  if (!Number.isInteger(replicas) || replicas < 0)
    throw new UsageError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
  await withSession(flags, async (session) => {
    for (const { type, name } of parseTargets(await discover(session), words)) {
      if (name === undefined) throw new UsageError("resource(s) were provided, but no name was specified");
      const path = pathOf(type, { namespace: session.namespace, name, subresource: "scale" });
      if (flags.currentReplicas !== undefined) await requireReplicas(session, path, Number(flags.currentReplicas));
      const patch = {
        method: "PATCH",
        path,
        body: { spec: { replicas } },
        contentType: "application/merge-patch+json",
      } as const;
      await session.transport.request({ ...patch, signal: session.signal });
      process.stdout.write(`${displayName(type, name)} scaled\n`);
    }
  });
}

async function requireReplicas(session: Session, path: string, expected: number): Promise<void> {
  const found = (await session.transport.request({ method: "GET", path, signal: session.signal })) as {
    spec: { replicas?: number };
  };
  if ((found.spec.replicas ?? 0) !== expected)
    throw new UsageError(`Expected replicas to be ${expected}, was ${found.spec.replicas ?? 0}`);
}
