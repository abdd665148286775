/** One field of a schedule, `1-5,10/2,MON`: what is wrong with it, in the words of the parser that upstream uses. */
interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minute, hour, day of the month, month, day of the week. */
const fields: readonly Bounds[] = Object.freeze([
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
]);

/** `position`: 0 is the minute. */
export function scheduleFieldProblem(text: string, position: number): string | undefined {
  const bounds = fields[position]!;
  const parts = text.split(",").filter((part) => part !== "");
  try {
    for (const part of parts) checkRange(part, bounds);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

class ScheduleError extends Error {}

function checkRange(text: string, bounds: Bounds): void {
  const [range = "", step, ...moreSteps] = text.split("/");
  const [low = "", high, ...moreHyphens] = range.split("-");
  let [start, end] = [bounds.least, bounds.most];
  if (low !== "*" && low !== "?") {
    start = numberOrName(low, bounds);
    if (moreHyphens.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
    end = high === undefined ? start : numberOrName(high, bounds);
  }
  let stride = 1;
  if (moreSteps.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
  if (step !== undefined) {
    stride = wholeNumber(step);
    if (high === undefined) end = bounds.most;
  }
  if (start < bounds.least)
    throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.least}): ${text}`);
  if (end > bounds.most) throw new ScheduleError(`end of range (${end}) above maximum (${bounds.most}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (stride === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
}

function numberOrName(text: string, { least, names }: Bounds): number {
  const position = names?.indexOf(text.toLowerCase()) ?? -1;
  return position >= 0 ? position + least : wholeNumber(text);
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const number = Number(text);
  if (number < 0) throw new ScheduleError(`negative number (${number}) not allowed: ${text}`);
  return number;
}
