/** `kubets rollout`: how a workload's update goes, and turning it back. */
import { isDeepStrictEqual } from "node:util";
import type { appsv1, corev1 } from "../../api/mod.ts";
import { parseDurationFlag } from "../commands/duration.ts";
import { UsageError } from "../failure.ts";
import { elasticColumns } from "./describe/elastic-columns.ts";
import { unfold } from "./describe/lines.ts";
import { podTemplateLines } from "./describe/pod-template.ts";
import { objectsOf } from "./get.ts";
import { pathOf } from "./paths.ts";
import { type AnyObject, discover, displayName, findTypes, type ResourceType, type Target } from "./resource-types.ts";
import { rolloutProgress } from "./rollout-progress.ts";
import { selectedTargets } from "./selection.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";
import { type NamedTarget, waitUntil } from "./wait.ts";

export interface RolloutFlags extends ConnectionFlags {
  readonly toRevision?: number;
  readonly revision?: number;
  readonly timeout?: string;
  readonly watch?: boolean;
  readonly selector?: string;
}

interface Context {
  readonly session: Session;
  readonly types: readonly ResourceType[];
  readonly target: NamedTarget;
  readonly flags: RolloutFlags;
}

const verbs: Readonly<Record<string, (context: Context) => Promise<void>>> = {
  history,
  pause,
  resume,
  restart,
  status,
  undo,
};

export async function rollout(name: string, words: readonly string[], flags: RolloutFlags): Promise<void> {
  await withSession(flags, async (session) => {
    if (words.length === 0) throw new UsageError("required resource not specified");
    const types = await discover(session);
    const named = await Promise.all(
      selectedTargets(types, words, flags).map((target) => namedTargets(session, target, flags)),
    );
    if (named.flat().length === 0) process.stderr.write(`No resources found in ${session.namespace} namespace.\n`);
    for (const target of named.flat()) await verbs[name]!({ session, types, target, flags });
  });
}

/** A type alone stands for all of its objects, or for those that are selected. */
async function namedTargets(
  session: Session,
  { type, name }: Target,
  { selector }: RolloutFlags,
): Promise<readonly NamedTarget[]> {
  if (name !== undefined) return [{ type, name }];
  const all = await objectsOf(session, { type }, selector ? { selector } : {});
  return all.map(({ metadata }) => ({ type, name: metadata.name! }));
}

const objectPath = ({ session, target }: Context): string =>
  pathOf(target.type, { namespace: session.namespace, name: target.name });

const read = <T = AnyObject>(context: Context): Promise<T> =>
  context.session.transport.request({
    method: "GET",
    path: objectPath(context),
  }) as Promise<T>;

async function patch(context: Context, body: unknown, what: string): Promise<void> {
  const request = {
    method: "PATCH",
    path: objectPath(context),
    query: { fieldManager: "kubectl-rollout" },
    body,
  } as const;
  await context.session.transport.request({ ...request, contentType: "application/strategic-merge-patch+json" });
  process.stdout.write(`${displayName(context.target.type, context.target.name)} ${what}\n`);
}

const workloads: readonly string[] = ["Deployment", "DaemonSet", "StatefulSet"];

function requireKind({ target }: Context, kinds: readonly string[], verb: string): void {
  if (!kinds.includes(target.type.kind)) throw new UsageError(`${quotedName(target)} ${verb} is not supported`);
}

/** As the server's refusals name it: `deployments.apps "web"`. */
const quotedName = ({ type: { resource, group }, name }: NamedTarget): string =>
  `${group ? `${resource}.${group}` : resource} "${name}"`;

async function pause(context: Context): Promise<void> {
  const { spec } = await read<appsv1.Deployment>(context);
  requireKind(context, ["Deployment"], "pausing");
  if (spec.paused) throw new UsageError(`${quotedName(context.target)} is already paused`);
  await patch(context, { spec: { paused: true } }, "paused");
}

async function resume(context: Context): Promise<void> {
  const { spec } = await read<appsv1.Deployment>(context);
  requireKind(context, ["Deployment"], "resuming");
  if (!spec.paused) throw new UsageError(`${quotedName(context.target)} is not paused`);
  await patch(context, { spec: { paused: null } }, "resumed");
}

const restartAnnotation = "kubectl.kubernetes.io/restartedAt";

async function restart(context: Context): Promise<void> {
  const { spec } = await read<appsv1.Deployment>(context);
  requireKind(context, workloads, "restarting");
  if (spec.paused) throw new UsageError("can't restart paused deployment (run rollout resume first)");
  const restartedAt = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  // The same second again would change nothing.
  if (spec.template.metadata?.annotations?.[restartAnnotation] === restartedAt)
    throw new UsageError(
      `failed to create patch for ${context.target.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
    );
  const annotations = { [restartAnnotation]: restartedAt };
  await patch(context, { spec: { template: { metadata: { annotations } } } }, "restarted");
}

async function status(context: Context): Promise<void> {
  const { session, target, flags } = context;
  const timeoutMs = parseDurationFlag("--timeout", flags.timeout);
  let last = "";
  const look = (object: AnyObject | undefined): boolean => {
    if (!object) throw new UsageError(`${target.type.resource} "${target.name}" not found`);
    const { message, done } = rolloutProgress(target.type.kind, target.name, object);
    if (message !== last) process.stdout.write(message);
    last = message;
    return done || flags.watch === false;
  };
  // What is not there is refused in the server's words.
  await read(context);
  await waitUntil(session, target, session.namespace, timeoutMs, look);
}

interface Revision {
  readonly revision: number;
  readonly changeCause: string;
  readonly template: corev1.PodTemplateSpec;
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const revisionAnnotation = "deployment.kubernetes.io/revision";

/** Revisions of a Deployment are its ReplicaSets; of the others, ControllerRevisions. `missing`: what kubectl has not for other kinds. */
async function revisions(context: Context, missing: string): Promise<readonly Revision[]> {
  const { session, types, target } = context;
  const owner = await read(context);
  if (!workloads.includes(target.type.kind))
    throw new UsageError(`no ${missing} has been implemented for "${target.type.kind}"`);
  const isDeployment = target.type.kind === "Deployment";
  const type = findTypes(types, isDeployment ? "replicasets.apps" : "controllerrevisions.apps")[0]!;
  const request = {
    method: "GET",
    path: pathOf(type, { namespace: session.namespace }),
  } as const;
  const { items } = (await session.transport.request(request)) as { items: AnyObject[] };
  const owned = items.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid));
  return owned.map(isDeployment ? replicaSetRevision : controllerRevision).sort((a, b) => a.revision - b.revision);
}

const causeOf = ({ metadata }: AnyObject): string => metadata.annotations?.["kubernetes.io/change-cause"] ?? "<none>";

function replicaSetRevision(object: AnyObject): Revision {
  const { spec } = object as unknown as appsv1.ReplicaSet;
  return {
    revision: Number(object.metadata.annotations?.[revisionAnnotation] ?? 0),
    changeCause: causeOf(object),
    template: spec.template!,
  };
}

function controllerRevision(object: AnyObject): Revision {
  const { revision, data } = object as unknown as {
    revision: number;
    data: { spec: { template: corev1.PodTemplateSpec } };
  };
  return { revision, changeCause: causeOf(object), template: data.spec.template };
}

async function history(context: Context): Promise<void> {
  const { target, flags } = context;
  const found = await revisions(context, "history viewer");
  const title = displayName(target.type, target.name);
  if (flags.revision) {
    const one = found.find(({ revision }) => revision === flags.revision);
    if (!one) throw new UsageError("unable to find the specified revision");
    // As kubectl prints it: the description's cells, tabs between them.
    const lines = podTemplateLines("Pod Template:", one.template).flatMap(unfold);
    const text = lines.map((cells) => `${cells.join("\t")}\n`).join("");
    process.stdout.write(`${title} with revision #${one.revision}\n${text}\n`);
    return;
  }
  const rows = [["REVISION", "CHANGE-CAUSE"], ...found.map((one) => [String(one.revision), one.changeCause])];
  process.stdout.write(`${title} \n${elasticColumns(rows)}\n`);
}

async function undo(context: Context): Promise<void> {
  const { target, flags } = context;
  const owner = await read<appsv1.Deployment>(context);
  if (owner.spec.paused)
    throw new UsageError(
      `you cannot rollback a paused ${target.type.singular}; resume it first with 'kubectl rollout resume' and try again`,
    );
  if (owner.metadata.annotations?.[lastApplied])
    context.session.warn(
      `resource ${target.type.resource}/${target.name} was previously managed with 'kubectl apply'. Rolling back will not update the ${lastApplied} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.`,
    );
  const found = await revisions(context, "rollbacker");
  const wanted = flags.toRevision ?? 0;
  const one = wanted === 0 ? found.at(-2) : found.find(({ revision }) => revision === wanted);
  if (!one)
    throw new UsageError(
      wanted === 0
        ? `no rollout history found for ${target.type.singular} "${target.name}"`
        : `unable to find specified revision ${wanted} in history`,
    );
  const title = displayName(target.type, target.name);
  if (isDeepStrictEqual(withoutHash(one.template), withoutHash(owner.spec.template))) {
    process.stdout.write(`${title} skipped rollback (current template already matches revision ${one.revision})\n`);
    return;
  }
  const path = objectPath(context);
  const operations = [{ op: "replace", path: "/spec/template", value: withoutHash(one.template) }];
  await context.session.transport.request({
    method: "PATCH",
    path,
    body: operations,
    contentType: "application/json-patch+json",
  });
  process.stdout.write(`${title} rolled back\n`);
}

/** The hash label is the controller's, not the template's own. */
function withoutHash(template: unknown): unknown {
  const copy = structuredClone(template) as { metadata?: { labels?: Record<string, string> } };
  delete copy.metadata?.labels?.["pod-template-hash"];
  return copy;
}
