/** Manifests on their way to the server: what type they are, and in which namespace. */
import { isStatusError, StatusError } from "../../api/narrow.ts";
import { throwAll, UsageError } from "../failure.ts";
import { type Manifest, readManifests } from "./manifests.ts";
import { type Outcome, Reports } from "./reports.ts";
import { discover, type ResourceType, typeOfObject } from "./resource-types.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface WriteFlags extends ConnectionFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: string;
  readonly output?: string;
  /** `strict`, `warn` or `ignore`; `true` and `false` as kubectl takes them. */
  readonly validate?: string;
}

const fieldValidation: ReadonlyMap<string, string> = new Map([
  ["strict", "Strict"],
  ["true", "Strict"],
  ["warn", "Warn"],
  ["ignore", "Ignore"],
  ["false", "Ignore"],
]);

const dryRuns: readonly (string | undefined)[] = [undefined, "none", "server", "client"];

/** Whether the server is to try it only. */
export function isServerDryRun({ dryRun }: { readonly dryRun?: string }): boolean {
  if (dryRuns.includes(dryRun)) return dryRun === "server";
  throw new UsageError(`Invalid dry-run value (${dryRun}). Must be "none", "server", or "client".`);
}

export function writeQuery(flags: WriteFlags): Record<string, string | undefined> {
  const validation = fieldValidation.get(flags.validate ?? "strict");
  if (!validation)
    throw new UsageError(
      `invalid - validate option "${flags.validate}"; must be one of: strict (or true), warn, ignore (or false)`,
    );
  return { fieldValidation: validation, dryRun: isServerDryRun(flags) ? "All" : undefined };
}

export interface Placed extends Manifest {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
}

/** The namespace of a manifest: its own, which must not differ from `-n`. */
export function place(
  session: Session,
  flags: ConnectionFlags,
  types: readonly ResourceType[],
  { object, source }: Manifest,
): Placed {
  const type = typeOfObject(types, object, source);
  if (!type.namespaced) return { object, source, type, namespace: undefined };
  const own = object.metadata?.namespace;
  if (own && flags.namespace && own !== flags.namespace)
    throw new UsageError(
      `the namespace from the provided object "${own}" does not match the namespace "${flags.namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  return { object, source, type, namespace: own ?? session.namespace };
}

export async function forEachManifest(
  verb: "apply" | "create",
  flags: WriteFlags,
  work: (session: Session, placed: Placed) => Promise<Outcome>,
): Promise<void> {
  const manifests = await readManifests(flags.filename ?? [], flags.recursive ?? false);
  if (manifests.length === 0) throw new UsageError(`no objects passed to ${verb}`);
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const reports = new Reports(verb, flags);
    const failures: unknown[] = [];
    // One refused object must not keep the others from being written.
    for (const manifest of manifests) {
      try {
        const placed = place(session, flags, types, manifest);
        reports.add(placed.type, await work(session, placed));
      } catch (error) {
        failures.push(error);
      }
    }
    reports.end();
    throwAll(failures);
  });
}

/** The server's answer; its refusal says what was being done: `error when creating "web.yaml": …`. */
export async function sending<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isStatusError(error)) throw error;
    throw new StatusError({ ...error.status, message: `${what}: ${error.message}` }, { cause: error });
  }
}
