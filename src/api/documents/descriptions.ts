/**
 * Texts for `explain`, OpenAPI and the columns of tables. They are not in this repository: they are read out of the type declarations of
 * two npm packages, where those are installed: `@kubernetes/client-node` (its `dist/gen/models/*.d.ts`, a class per file) and, for what
 * that leaves out (fields whose type is another type), `kubernetes-types` (a module of interfaces per group and version).
 */
import type { Descriptions } from "./openapi-schema.ts";

/** Reads one declaration file: the text of its class under `""`, of its fields under their names there. */
function parseDeclaration(text: string): ReadonlyMap<string, string> {
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

const comment = String.raw`\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*`;
const declared = String.raw`(?:${comment})?export (?:interface|type) (\w+)`;
const property = String.raw`${comment}(?:readonly )?["']?([\w$-]+)["']?\??:`;

/** Reads one module of declarations: for each of its types what `parseDeclaration` answers, in paragraphs. */
function parseModule(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const types = new Map<string, Map<string, string>>();
  let texts = new Map<string, string>();
  for (const [, own, type, ofField, field] of text.matchAll(new RegExp(`${declared}|${property}`, "g"))) {
    if (type !== undefined) {
      texts = new Map(own === undefined ? [] : [["", paragraphs(own)]]);
      types.set(type, texts);
    } else if (field !== undefined) texts.set(field, paragraphs(ofField ?? ""));
  }
  return types;
}

/** Lines that only begin with spaces are set as they stand. */
function paragraphs(comment: string): string {
  return comment.replace(/^[ \t]*\*[ ]?/gm, "").trim();
}

/** The module that has a published type: `apps/v1`; `runtime` of those that have no version. */
function moduleName(publishedName: string): string {
  const [group = "", version = ""] = publishedName.split(".").slice(-3);
  return group === "pkg" ? version : `${group}/${version}`;
}

/** `read` answers the text of a module (`apps/v1`), if there is one. Each is read once, when one of its types is first described. */
export function moduleDescriptionsFrom(read: (module: string) => string | undefined): Descriptions {
  const known = new Map<string, ReturnType<typeof parseModule>>();
  const textsOf = (name: string) => {
    const module = moduleName(name);
    const types = known.get(module) ?? parseModule(read(module) ?? "");
    known.set(module, types);
    return types.get(name.slice(name.lastIndexOf(".") + 1));
  };
  return { type: (name) => textsOf(name)?.get(""), field: (name, field) => textsOf(name)?.get(field) };
}

/** `read` answers the text of a class's declaration file, if there is one. Each is read once, when its type is first described. */
export function classDescriptionsFrom(read: (className: string) => string | undefined): Descriptions {
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
