/** What containers of Windows run as. */
import { type corev1, dns1123SubdomainProblems } from "../../../api/mod.ts";
import { type FieldError, invalid } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { presentText } from "../../validation/rules.ts";

const longestSpecification = 64 * 1024;
const longestDomain = 256;
const longestUser = 104;
const controlCharacter = /\p{Cc}/u;
const netBiosName = /^[^\\/:*?|."<>]{1,15}$/;
const domainName = /^[a-z0-9A-Z]([a-z0-9A-Z-]*[a-z0-9A-Z])?(\.[a-z0-9A-Z]([a-z0-9A-Z-]*[a-z0-9A-Z])?)*$/;
const notInUser = '"/\\:;|=,+*?<>@[]';

export function validateWindowsOptions(
  options: corev1.WindowsSecurityContextOptions,
  path: FieldPath,
  errors: FieldError[],
): void {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: specification, runAsUserName: user } = options;
  const at = path.child("gmsaCredentialSpec");
  presentText(name, dns1123SubdomainProblems, path.child("gmsaCredentialSpecName"), errors);
  if (specification === "") errors.push(invalid(at, specification, "gmsaCredentialSpec cannot be an empty string"));
  else if (specification !== undefined && Buffer.byteLength(specification) > longestSpecification)
    errors.push(invalid(at, specification, "gmsaCredentialSpec size must be under 64 KiB"));
  presentText(user, userProblems, path.child("runAsUserName"), errors);
}

/** `DOMAIN\USER`, or the user alone. */
function userProblems(name: string): string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  const problems = controlCharacter.test(name) ? ["runAsUserName cannot contain control characters"] : [];
  const parts = name.split("\\");
  if (parts.length > 2) return [...problems, "runAsUserName cannot contain more than one backslash"];
  const [domain, user] = parts.length === 2 ? (parts as [string, string]) : [undefined, name];
  if (domain !== undefined) {
    if (domain.length >= longestDomain) problems.push("runAsUserName's Domain length must be under 256 characters");
    if (!netBiosName.test(domain) && !(domain.length < longestDomain && domainName.test(domain)))
      problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === "") return [...problems, "runAsUserName's User cannot be empty"];
  if (user.length > longestUser) problems.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if ([...user].some((character) => notInUser.includes(character)))
    problems.push(`runAsUserName's User cannot contain the following characters: ${notInUser}`);
  return problems;
}

/** Host processes are all of a pod's containers or none, and on the node's network. */
export function validateHostProcess(spec: corev1.PodSpec, path: FieldPath, errors: FieldError[]): void {
  const own = spec.securityContext?.windowsOptions?.hostProcess;
  let [some, all] = [false, true];
  const look = ({ securityContext }: Pick<corev1.Container, "securityContext">, at: FieldPath) => {
    const mine = securityContext?.windowsOptions?.hostProcess;
    if (own !== undefined && mine !== undefined && own !== mine) {
      const text = `pod hostProcess value must be identical if both are specified, was ${own}`;
      errors.push(invalid(at.child("securityContext", "windowsOptions", "hostProcess"), mine, text));
    }
    if (mine ?? own) some = true;
    else all = false;
  };
  eachItem(spec.initContainers, path.child("initContainers"), look);
  eachItem(spec.containers, path.child("containers"), look);
  eachItem(spec.ephemeralContainers, path.child("ephemeralContainers"), look);
  if (!some) return;
  if (!all) {
    const text = "If pod contains any hostProcess containers then all containers must be HostProcess containers";
    errors.push(invalid(path, "", text));
  }
  if (!spec.hostNetwork) {
    const text = "hostNetwork must be true if pod contains any hostProcess containers";
    errors.push(invalid(path.child("hostNetwork"), false, text));
  }
}
