/**
 * Texts for `explain` and OpenAPI. They are not in this repository: they are read out of the type declarations of the npm package
 * `@kubernetes/client-node` (its `dist/gen/models/*.d.ts`), where that is installed.
 */
import type { Descriptions } from "./openapi-schema.ts";

/** Reads one declaration file: the text of its class under `""`, of its fields under their names there. */
export function parseDeclaration(text: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const [, own] = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*export declare class/.exec(text) ?? [];
  if (own !== undefined) texts.set("", plainText(own));
  for (const [, comment = "", name = ""] of text.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*'([^']+)'\??:/g)) {
    texts.set(name, plainText(comment));
  }
  return texts;
}

/** The comment without its stars, in one line, its escapes resolved. */
function plainText(comment: string): string {
  const line = comment
    .replace(/^[ \t]*\*[ \t]?/gm, "")
    .replace(/\s*\n\s*/g, " ")
    .trim();
  return line
    .replace(/\\(['"`])/g, "$1")
    .replace(/&(lt|gt|amp|quot|apos|#39);/g, (_, entity: string) => entities[entity] ?? "");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'", "#39": "'" };

/**
 * The classes that may stand for a published type, best first: `V1Pod`, and where several groups have the name `CoreV1Event`. Each is the
 * file's name too.
 */
export function classNames(publishedName: string): string[] {
  const parts = publishedName.split(".");
  const [group = "", version = "", name = ""] = parts.slice(-3);
  const short = version.charAt(0).toUpperCase() + version.slice(1) + name;
  return [group.charAt(0).toUpperCase() + group.slice(1) + short, short];
}

/** `read` answers the text of a class's declaration file, if there is one. Each is read once, when its type is first described. */
export function descriptionsFrom(read: (className: string) => string | undefined): Descriptions {
  const known = new Map<string, ReadonlyMap<string, string>>();
  const textsOf = (name: string) => {
    let texts = known.get(name);
    if (!texts) {
      const text = classNames(name)
        .map(read)
        .find((found) => found !== undefined);
      texts = text === undefined ? new Map<string, string>() : parseDeclaration(text);
      known.set(name, texts);
    }
    return texts;
  };
  return {
    type: (name) => textsOf(name).get(""),
    field: (name, field) => textsOf(name).get(field) ?? textsOf(name).get(declaredName(field)),
  };
}

/** Fields whose names are no identifiers, or are reserved words, are declared under others: `_continue`, `ref`, `x_kubernetes_map_type`. */
function declaredName(field: string): string {
  const name = field.replace(/^\$/, "").replaceAll("-", "_");
  return name === field ? `_${field}` : name;
}
