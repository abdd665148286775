/** Seccomp and AppArmor profiles as annotations said them before there were fields: they must be sound, and say what the fields say. */
import type { corev1 } from "../../../api/mod.ts";
import { type FieldError, forbidden, invalid } from "../../validation/field-error.ts";
import { eachItem, type FieldPath } from "../../validation/field-path.ts";
import { localPath } from "./volume-mount-validation.ts";

type Annotations = Readonly<Record<string, string>>;

type Type = corev1.AppArmorProfile["type"];

/** What a field says, or an annotation: one whose name nobody knows has no type. */
interface Profile {
  readonly type?: Type | undefined;
  readonly localhostProfile?: string;
}

export const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
export const seccompPodKey = "seccomp.security.alpha.kubernetes.io/pod";
export const seccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";

const localhost = "localhost/";
const appArmorTypes: ReadonlyMap<string, Type> = new Map([
  ["unconfined", "Unconfined"],
  ["runtime/default", "RuntimeDefault"],
]);
const seccompTypes: ReadonlyMap<string, Type> = new Map([...appArmorTypes, ["docker/default", "RuntimeDefault"]]);

export const appArmorProfile = (annotation: string): Profile => profileOf(annotation, appArmorTypes);

function profileOf(annotation: string, types: ReadonlyMap<string, Type>): Profile {
  if (!annotation.startsWith(localhost)) return { type: types.get(annotation) };
  return { type: "Localhost", localhostProfile: annotation.slice(localhost.length) };
}

/** Each annotation by itself. `path`: of the annotations. */
export function validateProfileAnnotations(
  annotations: Annotations,
  spec: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  const keys = Object.keys(annotations);
  const seccompKeys = keys.filter((key) => key.startsWith(seccompPrefix));
  if (annotations[seccompPodKey] !== undefined) seccompKeys.unshift(seccompPodKey);
  for (const key of seccompKeys) validateSeccomp(annotations[key]!, path.child(key), errors);
  const appArmorKeys = keys.filter((key) => key.startsWith(appArmorPrefix));
  if (appArmorKeys.length === 0) return;
  const containers = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name));
  for (const key of appArmorKeys) validateAppArmor(key, annotations[key]!, containers, path.key(key), errors);
}

function validateSeccomp(annotation: string, path: FieldPath, errors: FieldError[]): void {
  const { type, localhostProfile } = profileOf(annotation, seccompTypes);
  if (localhostProfile !== undefined) localPath(localhostProfile, path, errors);
  else if (type === undefined) errors.push(invalid(path, annotation, "must be a valid seccomp profile"));
}

function validateAppArmor(
  key: string,
  annotation: string,
  containers: ReadonlySet<string>,
  path: FieldPath,
  errors: FieldError[],
): void {
  const container = key.slice(appArmorPrefix.length);
  if (!containers.has(container)) errors.push(invalid(path, container, "container not found"));
  if (annotation !== "" && appArmorProfile(annotation).type === undefined)
    errors.push(invalid(path, annotation, `invalid AppArmor profile name: ${JSON.stringify(annotation)}`));
}

/** Annotations and fields together, where both say something. `path`: of the specification. */
export function validateSameProfiles(
  annotations: Annotations,
  spec: corev1.PodSpec,
  path: FieldPath,
  errors: FieldError[],
): void {
  const whole = spec.securityContext;
  const at = path.child("securityContext");
  sameSeccomp(annotations[seccompPodKey], whole?.seccompProfile, at, errors);
  eachContainer(spec, path, ({ name, securityContext }, under) =>
    sameSeccomp(annotations[seccompPrefix + name], securityContext?.seccompProfile, under, errors),
  );
  if (spec.os?.name === "windows") return;
  eachContainer(spec, path, ({ name, securityContext }, under) => {
    const field = securityContext?.appArmorProfile ?? whole?.appArmorProfile;
    const annotation = annotations[appArmorPrefix + name];
    if (annotation !== undefined && field)
      sameProfile("apparmor", appArmorProfile(annotation), field, under.child("appArmorProfile"), errors);
  });
}

function sameSeccomp(
  annotation: string | undefined,
  field: Profile | undefined,
  path: FieldPath,
  errors: FieldError[],
): void {
  if (annotation !== undefined && field)
    sameProfile("seccomp", profileOf(annotation, seccompTypes), field, path.child("seccompProfile"), errors);
}

function sameProfile(kind: string, said: Profile, field: Profile, path: FieldPath, errors: FieldError[]): void {
  if (said.type === undefined || said.type !== field.type)
    errors.push(forbidden(path.child("type"), `${kind} type in annotation and field must match`));
  else if (said.localhostProfile !== undefined && said.localhostProfile !== field.localhostProfile)
    errors.push(forbidden(path.child("localhostProfile"), `${kind} profile in annotation and field must match`));
}

/** `under`: where the container's security context is. */
function eachContainer(
  { initContainers, containers }: corev1.PodSpec,
  path: FieldPath,
  visit: (container: corev1.Container, under: FieldPath) => void,
): void {
  const look = (container: corev1.Container, at: FieldPath) => visit(container, at.child("securityContext"));
  eachItem(initContainers, path.child("initContainers"), look);
  eachItem(containers, path.child("containers"), look);
}
