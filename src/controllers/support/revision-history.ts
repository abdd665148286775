/** The past templates of StatefulSets and DaemonSets, kept as ControllerRevisions. */
import {
  type appsv1,
  clone,
  type corev1,
  ignoreNotFound,
  isAlreadyExists,
  type KubernetesObject,
  type metav1,
  resources,
  sortKeys,
} from "../../api/mod.ts";
import type { Client } from "../../client/mod.ts";
import { isControlledBy } from "./controller-reference.ts";
import { contentHash } from "./hash.ts";
import { byCreation } from "./object.ts";
import { templatesEqual } from "./pod-templates.ts";

/** What a revision is made of. */
export interface RevisionSource {
  readonly owner: KubernetesObject;
  readonly reference: metav1.OwnerReference;
  readonly template: corev1.PodTemplateSpec;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The label that carries the hash. */
  readonly hashLabel: string;
  readonly collisionCount: number;
}

export interface EnsuredRevision {
  readonly revision: appsv1.ControllerRevision;
  /** All revisions of the owner, this one included, oldest first. */
  readonly revisions: readonly appsv1.ControllerRevision[];
  /** Larger than before where another owner's revision had the name. */
  readonly collisionCount: number;
}

/** The revision of the present template: the one that exists, made the newest again if need be, or a new one. */
export async function ensureRevision(
  client: Client,
  source: RevisionSource,
  existing: readonly appsv1.ControllerRevision[],
): Promise<EnsuredRevision> {
  const revisions = sortRevisions(existing);
  const newest = revisions.at(-1);
  const next = (newest?.revision ?? 0) + 1;
  const equal = revisions.findLast((one) => templatesEqual(keptTemplate(one), source.template));
  const { collisionCount } = source;
  if (equal !== undefined && equal === newest) return { revision: equal, revisions, collisionCount };
  if (equal !== undefined) {
    const revision = await client.resource(resources.controllerrevisions).update({ ...equal, revision: next });
    return { revision, revisions: [...revisions.filter((one) => one !== equal), revision], collisionCount };
  }
  const made = await createRevision(client, source, next);
  return { ...made, revisions: [...revisions, made.revision] };
}

async function createRevision(
  client: Client,
  source: RevisionSource,
  revision: number,
): Promise<Pick<EnsuredRevision, "revision" | "collisionCount">> {
  const { namespace } = source.owner.metadata;
  const data = revisionData(source.template);
  for (let { collisionCount } = source; ; collisionCount += 1) {
    const draft = revisionDraft({ ...source, collisionCount }, data, revision);
    try {
      const created = await client.resource(resources.controllerrevisions).create(draft, { namespace });
      return { revision: created, collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const present = await client.resource(resources.controllerrevisions).get(draft.metadata.name, { namespace });
      if (isControlledBy(present, source.owner) && templatesEqual(keptTemplate(present), source.template))
        return { revision: present, collisionCount };
    }
  }
}

function revisionDraft(source: RevisionSource, data: Record<string, unknown>, revision: number) {
  const { name, namespace } = source.owner.metadata;
  const hash = contentHash(data, source.collisionCount);
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...source.template.metadata?.labels, [source.hashLabel]: hash },
      ...(source.annotations ? { annotations: { ...source.annotations } } : {}),
      ownerReferences: [source.reference],
    },
    data: data as appsv1.ControllerRevision["data"],
    revision,
  };
}

/** A patch that would put the template back, its keys in order: upstream's clients compare the bytes. */
function revisionData(template: corev1.PodTemplateSpec): Record<string, unknown> {
  const data = { spec: { template: { ...template, $patch: "replace" } } };
  return sortKeys(data) as Record<string, unknown>;
}

/** The template that the revision keeps, to be made pods of. */
export function templateOf(revision: appsv1.ControllerRevision): corev1.PodTemplateSpec {
  return clone(keptTemplate(revision));
}

function keptTemplate({ data }: appsv1.ControllerRevision): corev1.PodTemplateSpec {
  const { spec } = (data ?? {}) as { spec?: { template?: corev1.PodTemplateSpec & { $patch?: string } } };
  const { $patch: _, ...template } = spec?.template ?? {};
  return template;
}

/** Oldest first. */
export function sortRevisions(revisions: readonly appsv1.ControllerRevision[]): appsv1.ControllerRevision[] {
  return [...revisions].sort((a, b) => a.revision - b.revision || byCreation(a, b));
}

/** Deletes the oldest revisions that nobody uses, beyond the limit. `inUse` names revisions or their hashes. */
export async function truncateHistory(
  client: Client,
  revisions: readonly appsv1.ControllerRevision[],
  options: { readonly inUse: (revision: appsv1.ControllerRevision) => boolean; readonly limit: number },
): Promise<void> {
  const unused = sortRevisions(revisions).filter((one) => !options.inUse(one));
  const excess = unused.slice(0, Math.max(0, unused.length - options.limit));
  await Promise.all(excess.map((one) => deleteRevision(client, one)));
}

async function deleteRevision(client: Client, revision: appsv1.ControllerRevision): Promise<void> {
  const { name, namespace } = revision.metadata;
  await client.resource(resources.controllerrevisions).delete(name, { namespace }).catch(ignoreNotFound);
}
