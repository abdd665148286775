import { type apiregistrationv1, dns1035LabelProblems, dns1123SubdomainProblems } from "../../../api/mod.ts";
import type { RequestContext } from "../../registry/strategy.ts";
import { type FieldError, invalid, required } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";

const path = field("spec");

export function validateAPIService({ metadata, spec }: apiregistrationv1.APIService): FieldError[] {
  const { group = "", version = "", service } = spec ?? {};
  const errors: FieldError[] = [];
  const wanted = `${version}.${group}`;
  if (metadata.name !== wanted && !(group === "" && metadata.name === `${version}.`)) {
    const text = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
    errors.push(invalid(field("metadata", "name"), metadata.name, text));
  }
  if (group === "") {
    if (version !== "v1")
      errors.push(required(path.child("group"), "only v1 may have an empty group and it better be legacy kube"));
  } else errors.push(...dns1123SubdomainProblems(group).map((problem) => invalid(path.child("group"), group, problem)));
  errors.push(...dns1035LabelProblems(version).map((problem) => invalid(path.child("version"), version, problem)));
  const { groupPriorityMinimum = 0, versionPriority = 0, insecureSkipTLSVerify, caBundle } = spec ?? {};
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000)
    errors.push(
      invalid(path.child("groupPriorityMinimum"), groupPriorityMinimum, "must be positive and less than 20000"),
    );
  if (versionPriority <= 0 || versionPriority > 1000)
    errors.push(invalid(path.child("versionPriority"), versionPriority, "must be positive and less than 1000"));
  if (!service) {
    if (caBundle)
      errors.push(
        invalid(
          path.child("caBundle"),
          `${Buffer.byteLength(caBundle, "base64")} bytes`,
          "local APIServices may not have a caBundle",
        ),
      );
    if (insecureSkipTLSVerify)
      errors.push(
        invalid(path.child("insecureSkipTLSVerify"), true, "local APIServices may not have insecureSkipTLSVerify"),
      );
    return errors;
  }
  for (const key of ["namespace", "name"] as const)
    if (!service[key]) errors.push(required(path.child("service", key)));
  if (service.port !== undefined && (service.port < 1 || service.port > 65535))
    errors.push(
      invalid(path.child("service", "port"), service.port, "port is not valid: must be between 1 and 65535, inclusive"),
    );
  if (insecureSkipTLSVerify && caBundle)
    errors.push(invalid(path.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present"));
  return errors;
}

export function validateAPIServiceUpdate(
  object: apiregistrationv1.APIService,
  _old: apiregistrationv1.APIService,
  context: RequestContext,
): FieldError[] {
  return context.subresource === "status" ? [] : validateAPIService(object);
}
