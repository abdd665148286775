/** What mutating policies make of what is written. */
import { isDeepStrictEqual } from "node:util";
import { type admissionregistrationv1, clone, type KubernetesObject, StatusError } from "../../api/mod.ts";
import type { AdmissionAttributes } from "../contract.ts";
import { Rounds } from "../webhooks/rounds.ts";
import { VersionedRequest } from "../webhooks/versioned.ts";
import { Authorizations, settle } from "./authorization.ts";
import { type CompiledMutations, mutate } from "./compiled-mutations.ts";
import { conditionsHold } from "./conditions.ts";
import { type Meeting, meetings, type PolicyReaders, variablesOf } from "./invocation.ts";
import { mutationRefusal, type PolicyFailure } from "./mutation-refusal.ts";
import { decodePatched, withDefaults } from "./patched-object.ts";
import type { BoundPolicy } from "./policy-index.ts";

type Policy = admissionregistrationv1.MutatingAdmissionPolicy;
type Binding = admissionregistrationv1.MutatingAdmissionPolicyBinding;
type Met = Meeting<Policy, Binding, CompiledMutations>;

/** What one request's evaluations share. */
interface Run {
  readonly attributes: AdmissionAttributes;
  readonly readers: PolicyReaders;
  readonly request: VersionedRequest;
  readonly authorizations: Authorizations;
  readonly failures: PolicyFailure[];
}

/** Under which the notes for another round of the request are kept. */
const noteName = "MutatingAdmissionPolicy";

/** One after the other, each on what those before it have made. Rejects with the refusal of those that fail and may not. */
export async function mutateByPolicies(
  policies: readonly BoundPolicy<Policy, Binding, CompiledMutations>[],
  attributes: AdmissionAttributes,
  readers: PolicyReaders,
): Promise<void> {
  const failures: PolicyFailure[] = [];
  const cannotTell = (error: Error, policy: Policy, binding?: Binding) => {
    const what = binding ? "binding" : "policy";
    failures.push({ policy, binding, message: `failed to configure ${what}: ${error.message}` });
  };
  const found = await meetings(policies, attributes, readers, cannotTell);
  if (found.length > 0) {
    const request = new VersionedRequest(attributes);
    const authorizations = new Authorizations(attributes.user, readers.context.authorizer);
    await mutateAll(found, { attributes, readers, request, authorizations, failures });
  }
  const refused = failures.filter(({ policy }) => policy.spec.failurePolicy !== "Ignore");
  if (refused.length > 0) throw mutationRefusal(attributes, refused);
}

async function mutateAll(found: readonly Met[], run: Run): Promise<void> {
  const { attributes } = run;
  const { reinvocation } = attributes;
  const rounds = reinvocation?.notes(noteName, () => new Rounds()) ?? new Rounds();
  const isAgain = reinvocation?.isAgain ?? false;
  if (isAgain && !isDeepStrictEqual(rounds.output, attributes.object)) rounds.requireEarlier();
  for (const meeting of found) {
    const id = idOf(meeting);
    if (isAgain && !rounds.wants(id)) continue;
    if (await changes(meeting, run)) {
      rounds.requireEarlier();
      reinvocation?.ask();
    }
    if (meeting.policy.spec.reinvocationPolicy === "IfNeeded") rounds.add(id);
  }
  rounds.output = attributes.object && clone(attributes.object);
}

/** Carries out one policy; answers whether the object has changed. */
async function changes(meeting: Met, run: Run): Promise<boolean> {
  const { compiled, policy, binding } = meeting;
  const before = run.attributes.object;
  const failed = (error: unknown) => {
    if (error instanceof StatusError) throw error;
    run.failures.push({ policy, binding, message: (error as Error).message, reason: "Invalid" });
  };
  try {
    const variables = await variablesFor(meeting, run);
    if (!(await settle(() => conditionsHold(compiled.conditions, variables)))) return false;
  } catch (error) {
    failed(error);
    return false;
  }
  for (const position of compiled.mutations.keys()) {
    try {
      await mutateOnce(meeting, position, run);
    } catch (error) {
      failed(error);
    }
  }
  return !isDeepStrictEqual(before, run.attributes.object);
}

/** The object in the attributes is replaced, never changed. */
async function mutateOnce(meeting: Met, position: number, run: Run): Promise<void> {
  const { attributes, request } = run;
  const { mutations, variables } = meeting.compiled;
  const mutation = mutations[position]!;
  const object = await request.show(attributes.object, meeting.as);
  if (!object) return;
  const outer = await variablesFor(meeting, run);
  const overlay = attributes.overlay ?? cannotOverlay;
  const made = await settle(() => mutate({ mutation, variables, outer, object, overlay }));
  if (made === object) return;
  const shown = request.resource(meeting.as);
  const whole = mutation.isPatch ? decodePatched(made, attributes, shown) : made;
  attributes.object = await request.take(withDefaults(whole, attributes, shown), meeting.as);
}

function variablesFor(meeting: Met, { attributes, request, readers, authorizations }: Run) {
  return variablesOf(meeting, attributes, request, readers, authorizations);
}

function cannotOverlay(): KubernetesObject {
  throw new Error("there is no schema to merge by");
}

function idOf({ policy, binding, params }: Met): string {
  const { namespace = "", name = "" } = params?.metadata ?? {};
  return [policy.metadata.name, binding.metadata.name, namespace, name].join("/");
}
