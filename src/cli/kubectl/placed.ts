/** Manifests on their way to the server: what type they are, in which namespace, and what is said of them afterwards. */
import { isStatusError, StatusError } from "../../api/narrow.ts";
import { throwAll, UsageError } from "../failure.ts";
import { type Manifest, readManifests } from "./manifests.ts";
import { toJson, toYaml } from "./output.ts";
import { type AnyObject, discover, displayName, type ResourceType, typeOfObject } from "./resource-types.ts";
import { type ConnectionFlags, type Session, withSession } from "./session.ts";

export interface WriteFlags extends ConnectionFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly dryRun?: string;
  readonly output?: string;
  /** `strict`, `warn` or `ignore`; `true` and `false` as kubectl takes them. */
  readonly validate?: string;
}

const fieldValidation: Readonly<Record<string, string>> = {
  strict: "Strict",
  true: "Strict",
  warn: "Warn",
  ignore: "Ignore",
  false: "Ignore",
};

const dryRuns: readonly (string | undefined)[] = [undefined, "none", "server", "client"];

export function writeQuery(flags: WriteFlags): Record<string, string | undefined> {
  const validation = fieldValidation[flags.validate ?? "strict"];
  if (!validation)
    throw new UsageError(
      `invalid - validate option "${flags.validate}"; must be one of: strict (or true), warn, ignore (or false)`,
    );
  if (!dryRuns.includes(flags.dryRun))
    throw new UsageError(`Invalid dry-run value (${flags.dryRun}). Must be "none", "server", or "client".`);
  return { fieldValidation: validation, dryRun: flags.dryRun === "server" ? "All" : undefined };
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
  work: (session: Session, placed: Placed) => Promise<void>,
): Promise<void> {
  const manifests = await readManifests(flags.filename ?? [], flags.recursive ?? false);
  if (manifests.length === 0) throw new UsageError(`no objects passed to ${verb}`);
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const failures: unknown[] = [];
    // One refused object must not keep the others from being written.
    for (const manifest of manifests) {
      try {
        await work(session, place(session, flags, types, manifest));
      } catch (error) {
        failures.push(error);
      }
    }
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

const dryRunText: Readonly<Record<string, string>> = { server: " (server dry run)", client: " (dry run)" };

export function report(type: ResourceType, object: AnyObject, what: string, flags: WriteFlags): void {
  const name = displayName(type, object.metadata.name!);
  if (flags.output === "json") process.stdout.write(toJson(object));
  else if (flags.output === "yaml") process.stdout.write(toYaml(object));
  else if (flags.output === "name") process.stdout.write(`${name}\n`);
  else process.stdout.write(`${name} ${what}${dryRunText[flags.dryRun ?? ""] ?? ""}\n`);
}
