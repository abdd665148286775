/** Kubernetes' named formats: `format.dns1123Label().validate(text)` answers the problems, or nothing. */
import {
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../api/mod.ts";
import { type Overload, overload } from "../checker/signature.ts";
import { parseTimestamp } from "../values/timestamp.ts";
import { ArrayList, none, OpaqueValue, OptionalValue } from "../values/value.ts";

const named = "kubernetes.NamedFormat";

type Check = (text: string) => readonly string[];

class FormatValue extends OpaqueValue {
  readonly typeName = named;
  readonly check: Check;

  constructor(check: Check) {
    super();
    this.check = check;
  }
}

/** A prefix may end where the generated rest begins: with a dash. */
const prefixed =
  (check: Check): Check =>
  (text) =>
    check(text.endsWith("-") ? `${text.slice(0, -1)}a` : text);

const tested =
  (test: (text: string) => boolean, problem: string): Check =>
  (text) =>
    test(text) ? [] : [problem];

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(`${text}T00:00:00Z`) !== undefined;
}

const checks: Readonly<Record<string, Check>> = {
  dns1123Label: dns1123LabelProblems,
  dns1123Subdomain: dns1123SubdomainProblems,
  dns1035Label: dns1035LabelProblems,
  dns1123LabelPrefix: prefixed(dns1123LabelProblems),
  dns1123SubdomainPrefix: prefixed(dns1123SubdomainProblems),
  dns1035LabelPrefix: prefixed(dns1035LabelProblems),
  qualifiedName: qualifiedNameProblems,
  labelValue: labelValueProblems,
  uri: tested((text) => URL.canParse(text) || text.startsWith("/"), "invalid URI"),
  uuid: tested((text) => uuid.test(text), "does not match the UUID format"),
  byte: tested((text) => base64.test(text), "invalid base64"),
  date: tested(isDate, "invalid date"),
  datetime: tested((text) => parseTimestamp(text) !== undefined, "invalid datetime"),
};

const formats = new Map(Object.entries(checks).map(([name, check]) => [name, new FormatValue(check)]));

function validate({ check }: FormatValue, text: string): OptionalValue {
  const problems = check(text);
  return problems.length === 0 ? none : new OptionalValue(new ArrayList(problems));
}

export const namedFormats: readonly Overload[] = [
  ...[...formats].map(([name, value]) => overload(`format.${name}(): ${named}`, () => value)),
  overload(`format.named(string): optional(${named})`, (name: string) => {
    const found = formats.get(name);
    return found ? new OptionalValue(found) : none;
  }),
  overload(`${named}.validate(string): optional(list(string))`, validate, {
    cost: (sizes) => Math.ceil(sizes[1]! * 0.1) * 20,
  }),
];
