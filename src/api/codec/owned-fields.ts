/** Fields that an object's managers own, as JSON: objects of one template have the same, and every update sends back what it read. */
import { deepFreeze } from "../object.ts";

/** Characters of all texts that are remembered; what is parsed of them takes ten times as much. */
const mostCharacters = 512 * 1024;
/** Larger ones are hardly those of several objects. */
const longestText = 8192;

const known = new Map<string, unknown>();
let characters = 0;

/** What `parse` makes of the text, frozen: made before where the text is known. */
export function ownedFields(text: string, parse: (text: string) => unknown): unknown {
  const before = known.get(text);
  if (before !== undefined) return before;
  const fields = deepFreeze(parse(text));
  if (text.length > longestText) return fields;
  characters += text.length;
  while (characters > mostCharacters) forgetOldest();
  known.set(text, fields);
  return fields;
}

function forgetOldest(): void {
  const oldest = known.keys().next().value!;
  known.delete(oldest);
  characters -= oldest.length;
}
