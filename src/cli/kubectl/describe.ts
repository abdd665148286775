/** `kubets describe`: an object's details and its events, for a person. */
import { isNotFound, sortKeys } from "../../api/narrow.ts";
import { throwAll } from "../failure.ts";
import type { DescribeContext } from "./describe/context.ts";
import { describeDeployment } from "./describe/deployment.ts";
import { eventLines, eventsOf } from "./describe/events.ts";
import { type Lines, metadataLines, nestedLines, render } from "./describe/lines.ts";
import { describeNode } from "./describe/node.ts";
import { describePod } from "./describe/pod.ts";
import { describeSecret } from "./describe/secret.ts";
import { describeService } from "./describe/service.ts";
import { fetchEach, findTargets, type GetFlags, objectsOf } from "./get.ts";
import { pathOf } from "./paths.ts";
import { type AnyObject, discover, findTypes, type ResourceType, type Target } from "./resource-types.ts";
import { type Session, withSession } from "./session.ts";

type Describer = (object: never, context: DescribeContext) => Promise<Lines>;

const describers: Readonly<Record<string, Describer>> = {
  "v1/Pod": describePod,
  "apps/v1/Deployment": describeDeployment,
  "v1/Service": describeService,
  "v1/Node": describeNode,
  "v1/Secret": describeSecret,
};

/** kubectl shows none of these. */
const withoutEvents: ReadonlySet<string> = new Set(["v1/Secret"]);

export async function describe(words: readonly string[], flags: GetFlags): Promise<void> {
  await withSession(flags, async (session) => {
    const types = await discover(session);
    const context = describeContext(session, types);
    const blocks: string[] = [];
    const targets = await findTargets(types, words, flags);
    const fetch = words.length > 0 && targets.length === 1 ? objectsLike : objectsOf;
    const { found, failures } = await fetchEach(targets, (target) => fetch(session, target, flags));
    const objects = found.flatMap(({ value }) => value);
    // As kubectl has it: the events of many would drown what was asked for.
    for (const object of objects) blocks.push(await describeOne(object, context, objects.length === 1));
    if (blocks.length === 0 && failures.length === 0)
      process.stderr.write(`No resources found in ${session.namespace} namespace.\n`);
    process.stdout.write(blocks.join("\n\n"));
    throwAll(failures);
  });
}

/** The object of that name; where there is none, those whose names begin so, which kubectl looks for where a single one is asked for. */
async function objectsLike(session: Session, target: Target, flags: GetFlags): Promise<readonly AnyObject[]> {
  try {
    return await objectsOf(session, target, flags);
  } catch (error) {
    const { type, name } = target;
    if (!isNotFound(error) || name === undefined) throw error;
    const all = await objectsOf(session, { type }, flags);
    const like = all.filter(({ metadata }) => metadata.name!.startsWith(name));
    if (like.length === 0) throw error;
    return like;
  }
}

function describeContext(session: Session, types: readonly ResourceType[]): DescribeContext {
  return {
    async list<T>(resource: string, query: Readonly<Record<string, string>>, namespace?: string) {
      const path = pathOf(findTypes(types, resource)[0]!, { namespace });
      const { items } = (await session.transport.request({ method: "GET", path, query })) as { items: T[] };
      return items;
    },
  };
}

async function describeOne(object: AnyObject, context: DescribeContext, withEvents: boolean): Promise<string> {
  const kind = `${object.apiVersion}/${object.kind}`;
  const describer = describers[kind] ?? describeAny;
  const lines = await describer(object as never, context);
  return render(
    withEvents && !withoutEvents.has(kind) ? [...lines, ...eventLines(await eventsOf(object, context))] : lines,
  );
}

/** Any kind without a describer of its own: its fields, nested, in the order of their names. */
async function describeAny(object: AnyObject): Promise<Lines> {
  const { metadata, ...rest } = object;
  const {
    managedFields: _hidden,
    name: _name,
    namespace: _namespace,
    labels: _labels,
    annotations: _annotations,
    ...others
  } = metadata;
  return [
    ...metadataLines(object),
    ...nestedLines(sortKeys({ ...rest, metadata: others }) as Readonly<Record<string, unknown>>),
  ];
}
