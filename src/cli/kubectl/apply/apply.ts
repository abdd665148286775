/** `kubets apply`: make objects as the files say, by the client's own patch or by the server's apply. */
import { builtInResources } from "../../../api/mod.ts";
import { isNotFound } from "../../../api/narrow.ts";
import { findKind } from "../../../kinds/mod.ts";
import { UsageError } from "../../failure.ts";
import { escapedJson } from "../ordered-json.ts";
import { pathOf } from "../paths.ts";
import { forEachManifest, type Placed, sending, type WriteFlags, writeQuery } from "../placed.ts";
import type { Outcome } from "../reports.ts";
import { type AnyObject, displayName } from "../resource-types.ts";
import type { Session } from "../session.ts";
import { type JsonObject, threeWayPatch } from "./three-way-patch.ts";

export interface ApplyFlags extends WriteFlags {
  readonly serverSide?: boolean;
  readonly forceConflicts?: boolean;
  readonly fieldManager?: string;
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

export async function apply(flags: ApplyFlags): Promise<void> {
  if (!flags.filename) throw new UsageError("must specify -f");
  if (flags.serverSide && flags.dryRun === "client")
    throw new UsageError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (flags.forceConflicts && !flags.serverSide)
    throw new UsageError("--force-conflicts only works with --server-side");
  await forEachManifest("apply", flags, async (session, placed) => {
    const { name, generateName } = placed.object.metadata ?? {};
    if (!name && generateName) throw new UsageError(`from ${generateName}: cannot use generate name with apply`);
    if (!name) throw new UsageError(`resource name may not be empty`);
    return await (flags.serverSide ? applyThere : applyHere)(session, placed, flags);
  });
}

const objectPath = ({ type, namespace, object }: Placed): string =>
  pathOf(type, { namespace, name: object.metadata.name! });

async function applyThere(session: Session, placed: Placed, flags: ApplyFlags): Promise<Outcome> {
  const query = {
    ...writeQuery(flags),
    fieldManager: flags.fieldManager ?? "kubectl",
    force: flags.forceConflicts ? "true" : undefined,
  };
  const after = await session.transport.request({
    ...{ method: "PATCH", path: objectPath(placed), query, body: placed.object },
    ...{ contentType: "application/apply-patch+yaml", onWarning: session.warn },
  });
  return { object: after as AnyObject, what: "serverside-applied" };
}

async function applyHere(session: Session, placed: Placed, flags: ApplyFlags): Promise<Outcome> {
  const modified = withLastApplied(placed);
  const current = await read(session, objectPath(placed));
  if (!current) return create(session, placed, modified, flags);
  const original = JSON.parse(current.metadata.annotations?.[lastApplied] ?? "{}") as JsonObject;
  if (!current.metadata.annotations?.[lastApplied]) warnOfMissing(session, placed);
  const schema = await declaredSchema(placed.type);
  const patch = threeWayPatch(schema, { original, modified, current });
  if (Object.keys(patch).length === 0) return { object: current, what: "unchanged" };
  if (flags.dryRun === "client") return { object: current, what: "configured" };
  const after = await sending(`error when patching "${placed.source}"`, () =>
    session.transport.request({
      ...{ method: "PATCH", path: objectPath(placed), query: clientQuery(flags), body: patch },
      contentType: schema ? "application/strategic-merge-patch+json" : "application/merge-patch+json",
      onWarning: session.warn,
    }),
  );
  return { object: after as AnyObject, what: "configured" };
}

/** Custom resources have none here. */
async function declaredSchema({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  const builtIn = builtInResources.ofKind(apiVersion, kind);
  return (builtIn ?? (await findKind(apiVersion, kind))?.strategy.resource)?.schema;
}

const clientQuery = (flags: ApplyFlags) => ({
  ...writeQuery(flags),
  fieldManager: flags.fieldManager ?? "kubectl-client-side-apply",
});

async function create(session: Session, placed: Placed, modified: AnyObject, flags: ApplyFlags): Promise<Outcome> {
  const { type, namespace, source } = placed;
  if (flags.dryRun === "client") return { object: modified, what: "created" };
  const made = await sending(`error when creating "${source}"`, () =>
    session.transport.request({
      ...{ method: "POST", path: pathOf(type, { namespace }), query: clientQuery(flags), body: modified },
      onWarning: session.warn,
    }),
  );
  return { object: made as AnyObject, what: "created" };
}

/** The manifest with itself as an annotation: what the next apply compares with. */
function withLastApplied({ object, namespace }: Placed): AnyObject {
  const { [lastApplied]: _old, ...annotations } = object.metadata.annotations ?? {};
  const metadata = { ...object.metadata, annotations, ...(namespace && { namespace }) };
  const text = `${escapedJson({ ...object, metadata })}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: text } } };
}

function warnOfMissing(session: Session, { type, object }: Placed): void {
  const name = displayName(type, object.metadata.name!).replace(/^[^/]*/, type.resource);
  session.warn(
    `resource ${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
  );
}

async function read(session: Session, path: string): Promise<AnyObject | undefined> {
  try {
    return (await session.transport.request({ method: "GET", path })) as AnyObject;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
