/** What a delete may be told, from its body or its query, checked. */
import type { metav1 } from "../../api/mod.ts";
import { invalid } from "../errors.ts";
import { isTrue } from "../request/request-info.ts";
import { type FieldError, invalid as invalidField, notSupported } from "../validation/field-error.ts";
import { field } from "../validation/field-path.ts";
import { parseInteger } from "./list-options.ts";

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun: boolean;
}

const policies: readonly string[] = ["Foreground", "Background", "Orphan"];

/** The query counts only where there is no body, as upstream has it. */
export function deleteOptions(body: metav1.DeleteOptions | undefined, query: URLSearchParams): DeleteOptions {
  const raw = body ?? optionsOfQuery(query);
  const errors = check(raw);
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "DeleteOptions", name: "" }, errors);
  const { gracePeriodSeconds, orphanDependents, preconditions } = raw;
  const propagationPolicy = raw.propagationPolicy as DeleteOptions["propagationPolicy"];
  return {
    dryRun: (raw.dryRun?.length ?? 0) > 0,
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(orphanDependents !== undefined && { orphanDependents }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(preconditions && { preconditions }),
  };
}

function optionsOfQuery(query: URLSearchParams): Partial<metav1.DeleteOptions> {
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  const orphan = query.get("orphanDependents");
  return {
    dryRun: query.getAll("dryRun"),
    ...(grace && { gracePeriodSeconds: parseInteger(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
    ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
    ...preconditionsOf(query),
  };
}

function preconditionsOf(query: URLSearchParams): Pick<metav1.DeleteOptions, "preconditions"> {
  const [uid, resourceVersion] = [query.get("uid"), query.get("resourceVersion")];
  if (uid === null && resourceVersion === null) return {};
  return { preconditions: { ...(uid !== null && { uid }), ...(resourceVersion !== null && { resourceVersion }) } };
}

function check(options: Partial<metav1.DeleteOptions>): FieldError[] {
  const { propagationPolicy: policy, orphanDependents } = options;
  const errors: FieldError[] = [];
  const path = field("propagationPolicy");
  if (policy !== undefined && orphanDependents !== undefined)
    errors.push(invalidField(path, policy, "orphanDependents and deletionPropagation cannot be both set"));
  if (policy !== undefined && !policies.includes(policy)) errors.push(notSupported(path, policy, [...policies, "nil"]));
  return [...errors, ...checkDryRun(options.dryRun ?? [])];
}

/** `dryRun` takes the one value All. */
export function checkDryRun(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === "All")) return [];
  return [notSupported(field("dryRun"), values, ["All"])];
}
