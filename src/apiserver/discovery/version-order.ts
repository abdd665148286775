/** The order of versions by their names: v2 is newer than v1, v1 than v1beta2, and what is no such name comes last. */

const pattern = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const stages: Readonly<Record<string, number>> = { alpha: 1, beta: 2, "": 3 };

/** Positive where `a` is the better one. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y) return x || y ? Number(x !== undefined) - Number(y !== undefined) : a < b ? 1 : a > b ? -1 : 0;
  return x.stage - y.stage || x.major - y.major || x.minor - y.minor;
}

function parse(name: string) {
  const match = pattern.exec(name);
  if (!match) return undefined;
  return { stage: stages[match[2] ?? ""]!, major: Number(match[1]), minor: Number(match[3] ?? 0) };
}
