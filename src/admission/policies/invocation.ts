/** Finds the policies, bindings and parameters that a request meets. Validating and mutating policies go the same way up to here. */
import type { admissionregistrationv1, KubernetesObject } from "../../api/mod.ts";
import type { Variables } from "../../cel/mod.ts";
import type { AdmissionContext } from "../context.ts";
import type { AdmissionAttributes } from "../contract.ts";
import type { ResourceVersionName } from "../matching/rules.ts";
import { type NamespaceSource, namespaceAround } from "../matching/selectors.ts";
import type { ServedKinds } from "../served-kinds.ts";
import type { VersionedRequest } from "../webhooks/versioned.ts";
import { activation } from "./activation.ts";
import type { Authorizations } from "./authorization.ts";
import { ParamReader } from "./params.ts";
import type { BoundPolicy } from "./policy-index.ts";
import { requestFacts } from "./request-facts.ts";
import { selects } from "./selection.ts";

interface PolicySpec {
  readonly matchConstraints?: admissionregistrationv1.MatchResources;
  readonly paramKind?: admissionregistrationv1.ParamKind;
}

interface BindingSpec {
  readonly paramRef?: admissionregistrationv1.ParamRef;
  readonly matchResources?: admissionregistrationv1.MatchResources;
}

type AnyPolicy = KubernetesObject & { readonly spec: PolicySpec };
type AnyBinding = KubernetesObject & { readonly spec: BindingSpec };

export interface PolicyReaders {
  readonly context: AdmissionContext;
  readonly namespaces: NamespaceSource;
  readonly kinds: ServedKinds;
}

/** One evaluation that a request asks for: there is one for each binding and each of its sets of parameters. */
export interface Meeting<P, B, C> {
  readonly policy: P;
  readonly binding: B;
  readonly compiled: C;
  /** How the policy's rules know what is asked about. */
  readonly as: ResourceVersionName;
  readonly params?: KubernetesObject;
}

/** Told of what stands in the way of an evaluation: a matter of the failure policy. */
export type CannotTell<P, B> = (error: Error, policy: P, binding?: B) => void;

export async function meetings<P extends AnyPolicy, B extends AnyBinding, C>(
  policies: readonly BoundPolicy<P, B, C>[],
  attributes: AdmissionAttributes,
  readers: PolicyReaders,
  cannotTell: CannotTell<P, B>,
): Promise<Meeting<P, B, C>[]> {
  const found: Meeting<P, B, C>[] = [];
  const params = new ParamReader(readers.context.client, readers.kinds);
  for (const bound of policies) {
    try {
      const as = await selects(bound.policy.spec.matchConstraints, attributes, readers.namespaces);
      if (!as) continue;
      params.requireKind(bound.policy.spec.paramKind);
      found.push(...(await meetingsOf(bound, as, attributes, { ...readers, params }, cannotTell)));
    } catch (error) {
      cannotTell(error as Error, bound.policy);
    }
  }
  return found;
}

async function meetingsOf<P extends AnyPolicy, B extends AnyBinding, C>(
  { policy, bindings, compiled }: BoundPolicy<P, B, C>,
  as: ResourceVersionName,
  attributes: AdmissionAttributes,
  { namespaces, params: reader }: PolicyReaders & { readonly params: ParamReader },
  cannotTell: CannotTell<P, B>,
): Promise<Meeting<P, B, C>[]> {
  const found: Meeting<P, B, C>[] = [];
  for (const binding of bindings) {
    const { matchResources, paramRef } = binding.spec;
    try {
      if (!(await selects(matchResources, attributes, namespaces))) continue;
      for (const params of await reader.read(policy.spec.paramKind, paramRef, attributes.namespace))
        found.push({ policy, binding, compiled, as, ...(params && { params }) });
    } catch (error) {
      cannotTell(error as Error, policy, binding);
    }
  }
  return found;
}

/** What the expressions of a meeting are about, as the request is now. Rejects where the objects cannot be shown in the policy's form. */
export async function variablesOf(
  { as, params }: Pick<Meeting<unknown, unknown, unknown>, "as" | "params">,
  attributes: AdmissionAttributes,
  request: VersionedRequest,
  { namespaces }: PolicyReaders,
  authorizations: Authorizations,
): Promise<Variables> {
  const [object, oldObject, namespace] = await Promise.all([
    request.show(attributes.object, as),
    request.show(attributes.oldObject, as),
    namespaceAround(attributes, namespaces),
  ]);
  const facts = requestFacts(attributes, as, request.resource(as));
  return activation({ object, oldObject, request: facts, namespace }, attributes, authorizations, params);
}
