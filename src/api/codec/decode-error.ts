/** The one error of reading an object from a request or an answer. */

/** The message is the whole sentence that a 400 Status carries. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

/** What cannot be read at all: `why` says how it failed, `data` is shown in part. */
export function unrecognized(kind: string, why: string, data: string | Uint8Array): DecodeError {
  return new DecodeError(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(data)})`);
}

const shown = 30;

/** The start of the data: as it is where it looks like a JSON object, in hexadecimal otherwise. */
function summary(data: string | Uint8Array): string {
  const bytes = Buffer.from(data as string);
  if (bytes.length === 0) return "<empty>";
  const start = bytes.subarray(0, shown).toString(bytes[0] === 0x7b ? "utf8" : "hex");
  return bytes.length > shown ? `${start} ...` : start;
}

/** Upstream's frame around what is wrong with an object whose kind is known. */
export function cannotBeHandled(found: { kind: string; version: string }, wanted: string, why: string): DecodeError {
  const message = `${found.kind} in version ${JSON.stringify(found.version)} cannot be handled as a ${wanted}: ${why}`;
  return new DecodeError(message);
}
