/** What is wrong with a time, in the words of upstream's parser, which goes through the layout piece by piece. */

const layouts = {
  time: "2006-01-02T15:04:05Z07:00",
  microTime: "2006-01-02T15:04:05.000000Z07:00",
} as const;

const pieces: readonly (readonly [RegExp, string])[] = [
  [/^[0-9]{4}/, "2006"],
  [/^-/, "-"],
  [/^[0-9]{2}/, "01"],
  [/^-/, "-"],
  [/^[0-9]{2}/, "02"],
  [/^T/, "T"],
  [/^[0-9]{2}/, "15"],
  [/^:/, ":"],
  [/^[0-9]{2}/, "04"],
  [/^:/, ":"],
  [/^[0-9]{2}/, "05"],
];
const zone = [/^(?:Z|[+-][0-9]{2}:[0-9]{2})/, "Z07:00"] as const;
/** Whole seconds may have a fraction all the same; microseconds must have just six digits. */
const ends = {
  time: [[/^(?:\.[0-9]+)?/, ""], zone],
  microTime: [[/^\.[0-9]{6}/, ".000000"], zone],
} as const;

/** Undefined where the text is a time. */
export function timeProblem(text: string, kind: "time" | "microTime"): string | undefined {
  const start = `parsing time ${JSON.stringify(text)}`;
  let rest = text;
  const isWhole = pieces.every(([shape]) => {
    const found = shape.exec(rest)?.[0];
    rest = rest.slice(found?.length ?? 0);
    return found !== undefined;
  });
  // Ranges are looked at before what follows the seconds.
  const early = isWhole ? outsideRange(text, ["month", "hour", "minute", "second"]) : undefined;
  if (early !== undefined) return `${start}: ${early} out of range`;
  rest = text;
  for (const [shape, piece] of [...pieces, ...ends[kind]]) {
    const found = shape.exec(rest)?.[0];
    if (found === undefined) {
      return `${start} as ${JSON.stringify(layouts[kind])}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(piece)}`;
    }
    rest = rest.slice(found.length);
  }
  if (rest !== "") return `${start}: extra text: ${JSON.stringify(rest)}`;
  const outside = outsideRange(text);
  return outside === undefined ? undefined : `${start}: ${outside} out of range`;
}

function outsideRange(text: string, looked = ["month", "hour", "minute", "second", "day"]): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (text.match(/[0-9]+/g) ?? []).map(Number);
  const outside = {
    month: month < 1 || month > 12,
    hour: hour > 23,
    minute: minute > 59,
    second: second > 59,
    day: day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate(),
  };
  return looked.find((part) => outside[part as keyof typeof outside]);
}
