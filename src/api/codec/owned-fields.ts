/** Fields that an object's managers own, as JSON: objects of one template have the same, and every update sends back what it read. */
import { deepFreeze } from "../object.ts";

const remembered = 512;
/** Larger ones are hardly those of several objects. */
const longestText = 8192;

const known = new Map<string, unknown>();

/** What `parse` makes of the text, frozen: made before where the text is known. */
export function ownedFields(text: string, parse: (text: string) => unknown): unknown {
  const before = known.get(text);
  if (before !== undefined) return before;
  const fields = deepFreeze(parse(text));
  if (text.length > longestText) return fields;
  if (known.size >= remembered) known.delete(known.keys().next().value!);
  known.set(text, fields);
  return fields;
}
