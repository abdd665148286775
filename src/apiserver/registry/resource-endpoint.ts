/** The verbs of a stored resource, each from the call to the answer. */
import { type KubernetesObject, metav1 } from "../../api/mod.ts";
import * as errors from "../errors.ts";
import { after } from "../request/after.ts";
import type { Answer } from "../request/answer.ts";
import type { Call, Endpoint, Handler } from "../request/call.ts";
import { isTrue } from "../request/request-info.ts";
import { createObject } from "./create.ts";
import { deleteObject } from "./delete.ts";
import { deleteCollection } from "./delete-collection.ts";
import { type DeleteOptions, deleteOptions } from "./delete-options.ts";
import { type ListResult, listObjects } from "./list.ts";
import { parseListOptions, parseWatchOptions } from "./list-options.ts";
import { dropHistory, settleName } from "./metadata.ts";
import type { Operation } from "./operation.ts";
import { patchObject } from "./patch.ts";
import { ownParts, presentObject, sharesParts } from "./present-object.ts";
import type { ResourceStorage } from "./resource-storage.ts";
import { selection, selectsOnly } from "./selection.ts";
import type { Served } from "./served.ts";
import { updateObject } from "./update.ts";
import type { View } from "./view.ts";
import { watchObjects } from "./watch.ts";

export function resourceEndpoint(served: Served): Endpoint {
  const handlers: Record<string, Handler> = {
    get: (call) => getVerb(served, call),
    list: (call) => listVerb(served, call),
    watch: (call) => watchVerb(served, call),
    create: (call) => createVerb(served, call),
    update: (call) => updateVerb(served, call),
    patch: (call) => patchVerb(served, call),
    delete: (call) => deleteVerb(served, call),
    deletecollection: (call) => deleteCollectionVerb(served, call),
  };
  const { verbs } = served.view.info;
  return Object.fromEntries(Object.entries(handlers).filter(([verb]) => verbs.includes(verb)));
}

/** `status` and its like: read, replace and patch one part of the object. */
export function partEndpoint(served: Served, verbs: readonly string[]): Endpoint {
  const handlers: Record<string, Handler> = {
    get: (call) => getVerb(served, call),
    update: (call) => updateVerb(served, call),
    patch: (call) => patchVerb(served, call),
  };
  return Object.fromEntries(Object.entries(handlers).filter(([verb]) => verbs.includes(verb)));
}

function getVerb({ storage, view }: Served, { info, operation }: Call): Answer | Promise<Answer> {
  const version = info.query.size === 0 ? null : info.query.get("resourceVersion");
  if (info.query.size > 0 && isTrue(info.query.get("export")))
    throw errors.badRequest("the export parameter, deprecated since v1.14, is no longer supported");
  const { namespace, name } = operation;
  const found = version
    ? atLeast(storage, version).then(() => storage.current(namespace, name))
    : storage.current(namespace, name);
  return after(found, (entry) => ({ type: "entry", status: 200, view, entry }));
}

async function atLeast(storage: ResourceStorage, version: string): Promise<void> {
  const resourceVersion = Number(version);
  if (!/^\d+$/.test(version)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw errors.plainFailure(`resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`);
  }
  if (!(await storage.reach(resourceVersion))) throw errors.resourceVersionTooLarge(resourceVersion, storage.revision);
}

async function listVerb(served: Served, { info, operation }: Call): Promise<Answer> {
  const options = named(parseListOptions(info.query), operation.name);
  return listAnswer(served, await listObjects(served, operation, options));
}

function listAnswer({ view }: Served, { resourceVersion, continueToken, remaining, entries }: ListResult): Answer {
  const metadata: metav1.ListMeta = {
    resourceVersion: String(resourceVersion),
    ...(continueToken && { continue: continueToken }),
    ...(remaining !== undefined && { remainingItemCount: remaining }),
  };
  return { type: "entries", view, entries, metadata };
}

/** `/api/v1/watch/…/NAME`: the name is a field selector written into the path; one beside it must name it as well. */
function named<T extends { readonly fieldSelector: string }>(options: T, name: string): T {
  if (name === "") return options;
  if (options.fieldSelector === "") return { ...options, fieldSelector: `metadata.name=${name}` };
  if (selectsOnly(options.fieldSelector, name)) return options;
  throw errors.badRequest("fieldSelector metadata.name doesn't match requested name");
}

async function watchVerb(served: Served, { info, request }: Call): Promise<Answer> {
  const options = named(parseWatchOptions(info.query), request.name);
  // What cannot be watched is told before the answer begins.
  selection(served.view, options);
  await served.storage.open();
  return { type: "watch", view: served.view, open: (sink) => watchObjects(served, request.namespace, options, sink) };
}

async function createVerb(served: Served, { body, operation }: Call): Promise<Answer> {
  const { view } = served;
  const object = body.object(view.kind, operation);
  const entry = await create(served, operation, object);
  return { type: "entry", status: 201, view, entry };
}

/** `object` is in the view's form. */
function create({ storage, view, ownership }: Served, operation: Operation, object: KubernetesObject) {
  // Before anything looks at the object: a status in it is not the client's to set, nor to own.
  view.resetStatus(object);
  dropHistory(object);
  // Before admission: what plugins add belongs to nobody.
  ownership.update({ view, operation }, object);
  return createObject(storage, operation, view.stored(object));
}

async function updateVerb(served: Served, { body, operation }: Call): Promise<Answer> {
  const { storage, view, ownership, confine } = served;
  const allowed = storage.strategy.allowCreateOnUpdate && !confine;
  // What shares nothing is looked for when the body has been read: that it cannot be read is told before that it cannot be converted.
  const found = sharesParts(view) ? storage.find(storage.key(operation.namespace, operation.name)) : undefined;
  const current = found instanceof Promise ? await found : found;
  const present = current && presentObject(current);
  const read = () => body.object(view.kind, operation, present);
  // What cannot be read, or is another object, is told whether there is such an object or not.
  let first: KubernetesObject | undefined = read();
  settleName(first, operation.name);
  const take = () => {
    const object = first ?? read();
    first = undefined;
    return object;
  };
  const { entry, created, former } = await updateObject(storage, operation, {
    current,
    build(live) {
      const object = take();
      if (live !== present?.object) ownParts(object);
      ownership.update({ view, operation, live: view.served(live) }, object);
      return view.stored(object);
    },
    ...(confine && { confine }),
    ...(allowed && { create: () => createNamed(served, operation, ownParts(take())) }),
  });
  return { type: "entry", status: created ? 201 : 200, view, entry, former };
}

function createNamed(served: Served, operation: Operation, object: KubernetesObject) {
  delete (object.metadata as Partial<metav1.ObjectMeta>).resourceVersion;
  settleName(object, operation.name);
  return create(served, operation, object);
}

async function patchVerb(served: Served, call: Call): Promise<Answer> {
  const { entry, created, former } = await patchObject(served, call);
  return { type: "entry", status: created ? 201 : 200, view: served.view, entry, former };
}

async function deleteVerb({ storage, view }: Served, call: Call): Promise<Answer> {
  const [operation, options] = deletion(call);
  const { entry, removed } = await deleteObject(storage, operation, options);
  const status = !removed && options.orphanDependents === false ? 202 : 200;
  if (!removed || storage.strategy.returnsDeletedObject) return { type: "entry", status, view, entry };
  return { type: "object", status: 200, schema: metav1.status, object: removedStatus(view, entry.object) };
}

function deletion({ info, body, operation }: Call): [Operation, DeleteOptions] {
  const given = body.empty ? undefined : body.object(deleteOptionsKind, { ...operation, fieldValidation: "Ignore" });
  const options = deleteOptions(given as metav1.DeleteOptions | undefined, info.query);
  return [options.dryRun === operation.dryRun ? operation : { ...operation, dryRun: options.dryRun }, options];
}

const deleteOptionsKind = {
  group: "",
  version: "v1",
  kind: "DeleteOptions",
  schema: metav1.deleteOptions,
  plain: true,
};

function removedStatus({ info }: View, { metadata }: KubernetesObject): metav1.Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: metadata.name,
      ...(info.group && { group: info.group }),
      kind: info.resource,
      uid: metadata.uid,
    },
  };
}

async function deleteCollectionVerb(served: Served, call: Call): Promise<Answer> {
  const [operation, options] = deletion(call);
  return listAnswer(served, await deleteCollection(served, operation, parseListOptions(call.info.query), options));
}
