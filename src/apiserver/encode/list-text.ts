/**
 * Lists as text for people: YAML, and JSON that is indented. Each item's text is made on its own, so that a long list can be made in turns; joined
 * they are what the whole would have been.
 */
import { stringifyYaml } from "../../api/mod.ts";
import type { Body } from "../http/body.ts";

/** What stands around the items of a list. */
export interface ListShell {
  /** The answer with an empty list in it, or none. */
  readonly whole: object;
  /** The list's key. */
  readonly list: string;
}

/** How one item, and a list of such, become text. */
export interface ListText {
  item(value: unknown): Buffer;
  join(shell: ListShell, items: readonly Buffer[]): Body;
}

export const yamlText: ListText = {
  item: (value) => Buffer.from(stringifyYaml([value])),
  join({ whole, list }, items) {
    if (items.length === 0) return [Buffer.from(stringifyYaml(whole))];
    const parts: Buffer[] = [];
    for (const [key, value] of Object.entries(whole).sort(byKey)) {
      if (key !== list) parts.push(Buffer.from(stringifyYaml({ [key]: value })));
      else {
        parts.push(Buffer.from(`${key}:\n`));
        for (const item of items) parts.push(item);
      }
    }
    return parts;
  },
};

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1);

/** Around one item alone, two steps in. */
const opening = '{\n  "items": [\n';
const closing = "\n  ]\n}";
const comma = Buffer.from(",\n");
/** At the end of what has an empty list at its end. */
const emptyEnd = "]\n}";

export const indentedText: ListText = {
  item: (value) => Buffer.from(indentedJson({ items: [value] }).slice(opening.length, -closing.length)),
  join({ whole, list }, items) {
    const { [list]: empty, ...others } = whole as Record<string, unknown>;
    if (items.length === 0) return [Buffer.from(`${indentedJson({ ...others, [list]: empty })}\n`)];
    const parts: Buffer[] = [Buffer.from(`${indentedJson({ ...others, [list]: [] }).slice(0, -emptyEnd.length)}\n`)];
    for (const item of items) parts.push(item, comma);
    parts[parts.length - 1] = Buffer.from(`${closing}\n`);
    return parts;
  },
};

/** Without the line end that answers close with. */
export const indentedJson = (value: unknown): string => JSON.stringify(value, null, 2);
