import { corev1, JsonSyntaxError, labelValueProblems, parseJson, qualifiedNameProblems } from "../../../api/mod.ts";
import { cidrProblems } from "../../validation/address-rules.ts";
import { duplicate, type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { internalForm } from "../../validation/internal-form.ts";
import { amountErrors } from "../../validation/quantity-rules.ts";
import { textErrors } from "../../validation/rules.ts";
import { validateTaintEffect } from "./scheduling-validation.ts";

const specPath = field("spec");
const statusPath = field("status");

export function validateNode(node: corev1.Node): FieldError[] {
  const { annotations } = node.metadata;
  return [
    ...(annotations ? validateAvoided(annotations[avoidedPods]) : []),
    ...validateAmounts(node),
    ...validateTaints(node),
    ...validatePodCidrs(node),
  ];
}

const avoidedPods = "scheduler.alpha.kubernetes.io/preferAvoidPods";

/** Nobody reads the annotation any more, but that it can be read is looked after. */
function validateAvoided(text: string | undefined): FieldError[] {
  const problem = text ? avoidedProblem(text) : undefined;
  const at = field("metadata", "annotations", "AvoidPods");
  return problem === undefined ? [] : [invalid(at, avoidedPods, problem)];
}

function avoidedProblem(text: string): string | undefined {
  try {
    const value = parseJson(text);
    if (value === null || (typeof value === "object" && !Array.isArray(value))) return undefined;
    const type = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return `json: cannot unmarshal ${type} into Go value of type v1.AvoidPods`;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return error.message;
  }
}

function validateTaints({ spec }: corev1.Node): FieldError[] {
  const seen = new Set<string>();
  // Upstream reports taints there.
  const path = field("metadata", "taints");
  return (spec?.taints ?? []).flatMap((taint, position) => {
    const { key, value, effect } = taint;
    const at = path.index(position);
    const errors = textErrors(key ?? "", qualifiedNameProblems, at.child("key"));
    const problems = labelValueProblems(value ?? "");
    if (problems.length > 0) errors.push(invalid(at.child("value"), value, problems.join(";")));
    validateTaintEffect(effect, at.child("effect"), errors);
    const pair = `${key}:${effect}`;
    const again = duplicate(at, internalForm(corev1.taint, taint));
    if (seen.has(pair))
      errors.push({ ...again, message: `${again.message}: taints must be unique by key and effect pair` });
    seen.add(pair);
    return errors;
  });
}

function validateAmounts({ status }: corev1.Node): FieldError[] {
  return (["capacity", "allocatable"] as const).flatMap((key) =>
    Object.entries(status?.[key] ?? {}).flatMap(([name, amount]) =>
      // Upstream names them like fields.
      amountErrors(name, amount, statusPath.child(key, name)),
    ),
  );
}

function validatePodCidrs({ spec }: corev1.Node): FieldError[] {
  const path = specPath.child("podCIDRs");
  const blocks = spec?.podCIDRs ?? [];
  const errors = blocks.flatMap((block, position) => textErrors(block, cidrProblems, path.index(position)));
  const families = new Set(blocks.map((block) => block.includes(":")));
  if (errors.length === 0 && families.size < blocks.length)
    errors.push(invalid(path, blocks, "may specify no more than one CIDR for each IP family"));
  return errors;
}

export function validateNodeUpdate(node: corev1.Node, old: corev1.Node): FieldError[] {
  const errors = [...validateAmounts(node), ...validateAddresses(node)];
  // Upstream looks at taints twice, and says so.
  errors.push(...validateTaints(node), ...validateTaints(node));
  if (old.spec?.podCIDRs?.length && JSON.stringify(node.spec?.podCIDRs) !== JSON.stringify(old.spec.podCIDRs))
    errors.push(forbidden(specPath.child("podCIDRs"), 'node updates may not change podCIDR except from "" to valid'));
  if (old.spec?.providerID && old.spec.providerID !== node.spec?.providerID)
    errors.push(
      forbidden(specPath.child("providerID"), 'node updates may not change providerID except from "" to valid'),
    );
  return errors;
}

function validateAddresses({ status }: corev1.Node): FieldError[] {
  const seen = new Set<string>();
  return (status?.addresses ?? []).flatMap(({ type, address }, position) => {
    const name = `${type}/${address}`;
    const again = seen.has(name);
    seen.add(name);
    return again
      ? [duplicate(statusPath.child("addresses").index(position), internalForm(corev1.nodeAddress, { type, address }))]
      : [];
  });
}
