/** One line of a CRI log file: `2016-10-06T00:17:09.669794202Z stdout F message`. `P` marks a piece of a line that was too long. */
export interface LogLine {
  /** As in the file, RFC 3339 with nanoseconds. */
  readonly timestamp: string;
  readonly stream: "stdout" | "stderr";
  readonly partial: boolean;
  readonly content: Buffer;
}

const space = 0x20;
const newline = Buffer.from("\n");

/** `line` comes without its newline. Nothing where it is not a log line: the file is written by another program. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(space);
  const second = line.indexOf(space, first + 1);
  if (first < 0 || second < 0) return undefined;
  const third = line.indexOf(space, second + 1);
  const stream = line.toString("latin1", first + 1, second);
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  const end = third < 0 ? line.length : third;
  const tags = line.toString("latin1", second + 1, end).split(":");
  return {
    timestamp: line.toString("latin1", 0, first),
    stream,
    partial: tags[0] === "P",
    content: third < 0 ? Buffer.alloc(0) : line.subarray(third + 1),
  };
}

/** What a reader of the log sees: the content, with its newline where it ends a line. */
export function renderLogLine(line: LogLine, timestamps: boolean, atLineStart: boolean): Buffer {
  const prefix = timestamps && atLineStart ? [Buffer.from(`${line.timestamp} `)] : [];
  return Buffer.concat([...prefix, line.content, ...(line.partial ? [] : [newline])]);
}
