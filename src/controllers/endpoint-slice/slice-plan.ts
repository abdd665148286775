/**
 * How to come from the slices that exist to the endpoints wanted with few writes: endpoints stay in the slice they are in, new ones fill
 * slices that are written anyway, then new slices. Pure.
 */
import type { discoveryv1 } from "../../api/mod.ts";
import { semanticallyEqual } from "../support/hash.ts";
import { type EndpointGroup, portsKey } from "./desired-endpoints.ts";

/** Endpoints in one slice. */
const maxEndpointsPerSlice = 100;

export interface SlicePlan {
  readonly creates: readonly SliceContent[];
  readonly updates: readonly { readonly slice: discoveryv1.EndpointSlice; readonly content: SliceContent }[];
  readonly deletes: readonly discoveryv1.EndpointSlice[];
}

export interface SliceContent {
  readonly ports: readonly discoveryv1.EndpointPort[];
  readonly endpoints: readonly discoveryv1.Endpoint[];
}

interface Draft {
  readonly slice?: discoveryv1.EndpointSlice;
  readonly ports: readonly discoveryv1.EndpointPort[];
  endpoints: discoveryv1.Endpoint[];
  changed: boolean;
}

export interface PlanInput {
  readonly groups: ReadonlyMap<string, EndpointGroup>;
  readonly slices: readonly discoveryv1.EndpointSlice[];
  /** The slice's labels or owner are not what they should be. */
  needsUpdate(slice: discoveryv1.EndpointSlice): boolean;
  readonly maxPerSlice?: number;
}

export function planSlices(input: PlanInput): SlicePlan {
  const max = input.maxPerSlice ?? maxEndpointsPerSlice;
  const drafts = input.slices.map((slice) => draftOf(slice, input));
  for (const group of input.groups.values()) placeGroup(group, drafts, max);
  // A service without endpoints keeps one empty slice, so that its clients know it was seen.
  if (drafts.every((draft) => draft.endpoints.length === 0)) return emptyPlan(drafts);
  const kept = drafts.filter((draft) => draft.endpoints.length > 0);
  return {
    creates: kept.filter((draft) => draft.slice === undefined),
    updates: kept.flatMap((draft) => (draft.slice && draft.changed ? [{ slice: draft.slice, content: draft }] : [])),
    deletes: drafts.flatMap((draft) => (draft.slice && draft.endpoints.length === 0 ? [draft.slice] : [])),
  };
}

/** A slice whose ports nobody serves any more starts out empty. */
function draftOf(slice: discoveryv1.EndpointSlice, input: PlanInput): Draft {
  const group = input.groups.get(portsKey(slice.ports));
  const present = slice.endpoints ?? [];
  return {
    slice,
    ports: group?.ports ?? [],
    endpoints: group === undefined ? [] : [...present],
    changed: input.needsUpdate(slice) || (group === undefined && present.length > 0),
  };
}

function placeGroup(group: EndpointGroup, drafts: Draft[], max: number): void {
  const missing = new Map(group.endpoints.map((endpoint) => [identityOf(endpoint), endpoint]));
  const own = drafts.filter((draft) => portsKey(draft.ports) === group.key);
  for (const draft of own) keepWanted(draft, missing);
  let rest = [...missing.values()];
  rest = fill(
    own.filter((draft) => draft.changed && draft.endpoints.length > 0),
    rest,
    max,
  );
  while (rest.length >= max) rest = addSlice(drafts, group, rest, max);
  if (rest.length === 0) return;
  const roomy = own
    .filter((draft) => draft.endpoints.length + rest.length <= max)
    .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
  if (roomy === undefined) addSlice(drafts, group, rest, max);
  else fill([roomy], rest, max);
}

/** Leaves in the slice what is still wanted, as it is wanted now, and takes it off the list. */
function keepWanted(draft: Draft, missing: Map<string, discoveryv1.Endpoint>): void {
  const endpoints: discoveryv1.Endpoint[] = [];
  for (const present of draft.endpoints) {
    const identity = identityOf(present);
    const wanted = missing.get(identity);
    missing.delete(identity);
    if (wanted === undefined || !semanticallyEqual(wanted, present)) draft.changed = true;
    if (wanted !== undefined) endpoints.push(wanted);
  }
  draft.endpoints = endpoints;
}

/** What did not fit. */
function fill(drafts: readonly Draft[], endpoints: discoveryv1.Endpoint[], max: number): discoveryv1.Endpoint[] {
  let rest = endpoints;
  for (const draft of drafts) {
    const room = max - draft.endpoints.length;
    if (room <= 0 || rest.length === 0) continue;
    draft.endpoints.push(...rest.slice(0, room));
    draft.changed = true;
    rest = rest.slice(room);
  }
  return rest;
}

function addSlice(drafts: Draft[], group: EndpointGroup, endpoints: discoveryv1.Endpoint[], max: number) {
  drafts.push({ ports: group.ports, endpoints: endpoints.slice(0, max), changed: true });
  return endpoints.slice(max);
}

function emptyPlan(drafts: readonly Draft[]): SlicePlan {
  const [keep, ...others] = drafts.flatMap((draft) => (draft.slice ? [{ slice: draft.slice, draft }] : []));
  if (keep === undefined) return { creates: [{ ports: [], endpoints: [] }], updates: [], deletes: [] };
  const isPlaceholder = (keep.slice.endpoints ?? []).length === 0 && (keep.slice.ports ?? []).length === 0;
  const updates =
    isPlaceholder && !keep.draft.changed ? [] : [{ slice: keep.slice, content: { ports: [], endpoints: [] } }];
  return { creates: [], updates, deletes: others.map((one) => one.slice) };
}

function identityOf(endpoint: discoveryv1.Endpoint): string {
  return `${endpoint.targetRef?.uid ?? ""}/${endpoint.addresses[0] ?? ""}`;
}
