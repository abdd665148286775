/** May somebody do something? The authorizer's answer as an object (authorization.k8s.io). */
import { type authorizationv1, type KubernetesObject, type metav1, resources } from "../../api/mod.ts";
import {
  type AuthorizationAttributes,
  type Authorizer,
  type RuleResolver,
  rulesReviewStatus,
  type User,
} from "../../auth/mod.ts";
import { badRequest, invalid } from "../errors.ts";
import { type FieldError, invalid as invalidField } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { type Review, reviewEndpoint } from "./review-endpoint.ts";
import { checkSelectors, type SelectorTexts, selectorTexts } from "./selector-attributes.ts";

type Spec = authorizationv1.SubjectAccessReviewSpec;
type AccessReview = KubernetesObject & { spec: Spec; status?: authorizationv1.SubjectAccessReviewStatus };

const spec = field("spec");

export function accessReviews(authorizer: Authorizer) {
  const ask = async (review: AccessReview, user: User) => ({
    ...review,
    status: await decide(authorizer, review.spec, user),
  });
  const subject: Review<authorizationv1.SubjectAccessReview> = {
    info: resources.subjectaccessreviews,
    answer: (review) => {
      refuse([...checkAttributes(review.spec), ...checkUser(review.spec), ...checkMetadata(review.metadata)]);
      return ask(review, userOf(review.spec)) as Promise<authorizationv1.SubjectAccessReview>;
    },
  };
  const local: Review<authorizationv1.LocalSubjectAccessReview> = {
    info: resources.localsubjectaccessreviews,
    answer: (review) => {
      refuse(checkLocal(review));
      return ask(review, userOf(review.spec)) as Promise<authorizationv1.LocalSubjectAccessReview>;
    },
  };
  const self: Review<authorizationv1.SelfSubjectAccessReview> = {
    info: resources.selfsubjectaccessreviews,
    answer: (review, { user }) => {
      refuse([...checkAttributes(review.spec), ...checkMetadata(review.metadata)]);
      return ask(review as AccessReview, user) as Promise<authorizationv1.SelfSubjectAccessReview>;
    },
  };
  return [
    { info: subject.info, endpoint: reviewEndpoint(subject) },
    { info: local.info, endpoint: reviewEndpoint(local) },
    { info: self.info, endpoint: reviewEndpoint(self) },
  ];
}

export function rulesReview(rules: RuleResolver) {
  const review: Review<authorizationv1.SelfSubjectRulesReview> = {
    info: resources.selfsubjectrulesreviews,
    answer(asked, { user }) {
      const namespace = asked.spec.namespace ?? "";
      if (namespace === "") throw badRequest("no namespace on request");
      const { managedFields: _, ...metadata } = asked.metadata;
      const status = rulesReviewStatus(rules.rulesFor(user, namespace));
      return { ...asked, metadata: metadata as typeof asked.metadata, spec: {}, status };
    },
  };
  return { info: review.info, endpoint: reviewEndpoint(review) };
}

async function decide(
  authorizer: Authorizer,
  asked: Spec,
  user: User,
): Promise<authorizationv1.SubjectAccessReviewStatus> {
  const { resourceAttributes } = asked;
  const texts = resourceAttributes && selectorTexts(resourceAttributes, spec.child("resourceAttributes"));
  const { decision, reason } = await authorizer.authorize(attributesOf(asked, user, texts));
  return {
    allowed: decision === "allow",
    ...(decision === "deny" && { denied: true }),
    ...(reason && { reason }),
    ...(texts?.errors.length && { evaluationError: evaluationError(texts.errors) }),
  };
}

function evaluationError(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0]! : `[${errors.join(", ")}]`;
}

function attributesOf(
  { resourceAttributes, nonResourceAttributes }: Spec,
  user: User,
  { fieldSelector, labelSelector }: Partial<SelectorTexts> = {},
): AuthorizationAttributes {
  if (!resourceAttributes)
    return { user, verb: nonResourceAttributes?.verb ?? "", path: nonResourceAttributes?.path ?? "" };
  const { group = "", version = "", resource = "", subresource, namespace, name, verb = "" } = resourceAttributes;
  return {
    user,
    verb,
    resource: {
      group,
      version,
      resource,
      ...(subresource && { subresource }),
      ...(namespace && { namespace }),
      ...(name && { name }),
      ...(fieldSelector && { fieldSelector }),
      ...(labelSelector && { labelSelector }),
    },
  };
}

function userOf({ user = "", groups = [], uid, extra }: Spec): User {
  return { name: user, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

function checkAttributes({ resourceAttributes, nonResourceAttributes }: Partial<Spec>): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalidField(spec.child("nonResourceAttributes"), shown(nonResourceAttributes), why)];
  }
  if (resourceAttributes) return checkSelectors(resourceAttributes, spec.child("resourceAttributes"));
  if (nonResourceAttributes) return [];
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalidField(spec.child("resourceAttributes"), undefined, why)];
}

/** As upstream names the fields inside. */
function shown({ path = "", verb = "" }: authorizationv1.NonResourceAttributes): object {
  return { Path: path, Verb: verb };
}

/** A question has no name, and nothing else to remember it by. */
function checkMetadata(metadata: Partial<metav1.ObjectMeta>): FieldError[] {
  const { managedFields: _, creationTimestamp: __, ...rest } = metadata;
  return Object.keys(rest).length === 0 ? [] : [invalidField(field("metadata"), metadata, "must be empty")];
}

function checkUser({ user, groups }: Spec): FieldError[] {
  if (user || groups?.length) return [];
  return [invalidField(spec.child("user"), user ?? "", "at least one of user or group must be specified")];
}

function checkLocal({ spec: asked, metadata }: authorizationv1.LocalSubjectAccessReview): FieldError[] {
  const found = [...checkAttributes(asked), ...checkUser(asked)];
  const { namespace: place, ...others } = metadata;
  found.push(...checkMetadata(others));
  const namespace = asked.resourceAttributes?.namespace ?? "";
  if (asked.resourceAttributes && namespace !== place)
    found.push(invalidField(spec.child("resourceAttributes", "namespace"), namespace, "must match metadata.namespace"));
  if (asked.nonResourceAttributes)
    found.push(
      invalidField(
        spec.child("nonResourceAttributes"),
        shown(asked.nonResourceAttributes),
        "disallowed on this kind of request",
      ),
    );
  return found;
}

/** Upstream leaves the kind out of these messages. */
function refuse(found: readonly FieldError[]): void {
  if (found.length > 0) throw invalid({ group: "authorization.k8s.io", kind: "", name: "" }, found);
}
