/** Text in header values: UTF-8, as others write it. HTTP itself knows bytes only, which Node hands over as one character each. */

export function readHeaderText(raw: string): string {
  return Buffer.from(raw, "latin1").toString("utf8");
}

export function writeHeaderText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
