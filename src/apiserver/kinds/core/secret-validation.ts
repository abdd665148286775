import { configMapKeyProblems, type corev1, syntaxProblem } from "../../../api/mod.ts";
import { type FieldError, invalid, required, tooLong } from "../../validation/field-error.ts";
import { field } from "../../validation/field-path.ts";
import { immutableField } from "../../validation/rules.ts";
import { keepImmutable } from "./config-map-validation.ts";

const maximumBytes = 1024 * 1024;

export function validateSecret(object: corev1.Secret): FieldError[] {
  const data = object.data ?? {};
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    for (const problem of configMapKeyProblems(key)) errors.push(invalid(field("data").key(key), key, problem));
    bytes += Buffer.byteLength(value, "base64");
  }
  if (bytes > maximumBytes) errors.push(tooLong(field("data"), maximumBytes));
  return [...errors, ...validateType(object, data)];
}

type Data = Readonly<Record<string, string>>;

/** Types that promise certain keys keep the promise. */
function validateType(object: corev1.Secret, data: Data): FieldError[] {
  switch (object.type) {
    case "kubernetes.io/service-account-token": {
      const annotation = "kubernetes.io/service-account.name";
      const at = field("metadata", "annotations").key(annotation);
      return object.metadata.annotations?.[annotation] ? [] : [required(at)];
    }
    case "kubernetes.io/dockercfg":
      return validateJson(data, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return validateJson(data, ".dockerconfigjson");
    case "kubernetes.io/basic-auth":
      return data["username"] === undefined && data["password"] === undefined
        ? [required(field("data").key("username")), required(field("data").key("password"))]
        : [];
    case "kubernetes.io/ssh-auth":
      return data["ssh-privatekey"] ? [] : [required(field("data").key("ssh-privatekey"))];
    case "kubernetes.io/tls":
      return ["tls.crt", "tls.key"]
        .filter((key) => data[key] === undefined)
        .map((key) => required(field("data").key(key)));
    default:
      return [];
  }
}

/** In the words of upstream's parser, as far as they are told by the first character. */
function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return syntaxProblem(text);
  }
}

function validateJson(data: Data, key: string): FieldError[] {
  const value = data[key];
  if (value === undefined) return [required(field("data").key(key))];
  const problem = jsonProblem(Buffer.from(value, "base64").toString());
  return problem ? [invalid(field("data").key(key), "<secret contents redacted>", problem)] : [];
}

export function validateSecretUpdate(object: corev1.Secret, old: corev1.Secret): FieldError[] {
  return [
    ...immutableField(object.type, old.type, field("type")),
    ...keepImmutable(object, old, ["data"]),
    ...validateSecret(object),
  ];
}
