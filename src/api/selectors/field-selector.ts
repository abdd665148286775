/** Field selectors: `metadata.name=web,status.phase!=Running`. In values `,`, `=` and `\` are escaped by a backslash. */
import { SelectorError } from "./selector.ts";

export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

export class FieldSelector {
  readonly requirements: readonly FieldRequirement[];

  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  get empty(): boolean {
    return this.requirements.length === 0;
  }

  /** `fieldOf` answers the field's value as text, `""` where it is absent. */
  matches(fieldOf: (field: string) => string): boolean {
    return this.requirements.every(({ field, operator, value }) => (fieldOf(field) === value) === (operator === "="));
  }

  /** The value that the field must have, where the selector names one: lets a read go straight to the object. */
  exact(field: string): string | undefined {
    return this.requirements.find((one) => one.field === field && one.operator === "=")?.value;
  }

  toString(): string {
    return this.requirements.map(({ field, operator, value }) => `${field}${operator}${escapedValue(value)}`).join(",");
  }
}

/** Throws `SelectorError`. Whether a field may be selected by is for the kind to say. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = text.match(/(?:\\[\s\S]?|[^,\\])+/g) ?? [];
  return new FieldSelector(terms.map((term) => parseTerm(term, text)));
}

function parseTerm(term: string, whole: string): FieldRequirement {
  const found = /^((?:\\[\s\S]|[^=!\\]|!(?!=))*?)(!=|==|=)([\s\S]*)$/.exec(term);
  if (!found) throw new SelectorError(`invalid selector: '${whole}'; can't understand '${term}'`);
  const [, field = "", operator, value = ""] = found;
  return { field, operator: operator === "!=" ? "!=" : "=", value: plainValue(value) };
}

function plainValue(value: string): string {
  return value.replace(/\\([\s\S]?)|[=,]/g, (match, escaped: string | undefined) => {
    if (match === "=" || match === ",") {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${match.charCodeAt(0)}`);
    }
    if (escaped === "," || escaped === "=" || escaped === "\\") return escaped;
    throw new SelectorError(`invalid field selector: invalid escape sequence: ${match}`);
  });
}

function escapedValue(value: string): string {
  return value.replace(/[\\,=]/g, "\\$&");
}
