/** A question to the authorizer as a SubjectAccessReview has it. */
import { type authorizationv1, parseFieldSelector, parseLabelSelector, SelectorError } from "../../api/mod.ts";
import type { AuthorizationAttributes } from "../contract.ts";

type Spec = authorizationv1.SubjectAccessReviewSpec;
type Requirement = { key: string; operator: string; values?: string[] };

const labelOperators: Readonly<Record<string, string>> = {
  "=": "In",
  "==": "In",
  in: "In",
  "!=": "NotIn",
  notin: "NotIn",
  exists: "Exists",
  "!": "DoesNotExist",
};

export function accessReviewSpec({ user, verb, resource, path }: AuthorizationAttributes): Spec {
  const asker = {
    user: user.name,
    ...(user.groups.length > 0 && { groups: [...user.groups] }),
    ...(user.uid && { uid: user.uid }),
    ...(user.extra && { extra: Object.fromEntries(Object.entries(user.extra).map(([key, all]) => [key, [...all]])) }),
  };
  if (!resource) return { ...asker, nonResourceAttributes: { path: path ?? "", verb } };
  const { fieldSelector, labelSelector, group, ...others } = resource;
  const [fields, labels] = [fieldRequirements(fieldSelector), labelRequirements(labelSelector)];
  return {
    ...asker,
    resourceAttributes: {
      verb,
      ...(group && { group }),
      ...others,
      ...(fields.length > 0 && { fieldSelector: { requirements: fields } }),
      ...(labels.length > 0 && { labelSelector: { requirements: labels } }),
    },
  } as Spec;
}

function fieldRequirements(text: string | undefined): Requirement[] {
  return readable(() =>
    parseFieldSelector(text ?? "").requirements.map(({ field, operator, value }) => ({
      key: field,
      operator: operator === "=" ? "In" : "NotIn",
      values: [value],
    })),
  );
}

/** Comparisons have no form there; a webhook is asked for more then, never for less. */
function labelRequirements(text: string | undefined): Requirement[] {
  return readable(() =>
    parseLabelSelector(text ?? "").requirements.flatMap(({ key, operator, values }) => {
      const known = labelOperators[operator];
      return known ? [{ key, operator: known, ...(values.length > 0 && { values: [...values] }) }] : [];
    }),
  );
}

function readable(read: () => Requirement[]): Requirement[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof SelectorError) return [];
    throw error;
  }
}
