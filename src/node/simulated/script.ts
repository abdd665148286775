/**
 * The few commands whose outcome is known without running them: `echo`, `sleep`, `exit`, `true`, `false`, alone or in a `sh -c` that strings
 * them together. Enough for the jobs and checks of most tests; everything else is not pretended.
 */
import { parseDuration } from "./annotations.ts";

export interface ScriptOutcome {
  /** Output lines, each with the time at which it comes. */
  readonly output: readonly { readonly atMs: number; readonly text: string }[];
  /** How long it takes. */
  readonly durationMs: number;
  readonly exitCode: number;
}

const shells = new Set(["sh", "bash", "ash", "/bin/sh", "/bin/bash"]);

/** Words with their quotes taken off; nothing where the text has more of the shell's grammar than that. */
function words(text: string): string[] | undefined {
  if (/[`|<>&()*?{}\\]|\$/.test(text.replace(/'[^']*'/g, ""))) return undefined;
  const found = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return found.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""),
  );
}

interface Step {
  readonly text?: string;
  readonly waitMs?: number;
  readonly exitCode: number;
  readonly ends?: boolean;
}

function sleepMs(values: readonly string[]): number | undefined {
  if (values[0] === "infinity") return Number.POSITIVE_INFINITY;
  return parseDuration(values[0]);
}

function step([command = ":", ...values]: readonly string[]): Step | undefined {
  switch (command.replace(/^\/(usr\/)?bin\//, "")) {
    case ":":
    case "true":
      return { exitCode: 0 };
    case "false":
      return { exitCode: 1 };
    case "exit":
      return { exitCode: Number(values[0] ?? 0), ends: true };
    case "echo":
      return values[0] === "-n"
        ? { exitCode: 0, text: values.slice(1).join(" ") }
        : { exitCode: 0, text: `${values.join(" ")}\n` };
    case "sleep": {
      const waitMs = sleepMs(values);
      return waitMs === undefined ? undefined : { exitCode: 0, waitMs };
    }
    default:
      return undefined;
  }
}

function steps(command: readonly string[]): (Step | undefined)[] {
  const [program = "", flag, script] = command;
  if (!shells.has(program)) return [step(command)];
  if (flag !== "-c" || script === undefined) return [undefined];
  const parts = script
    .split(/;|\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.map((part) => {
    const found = words(part);
    return found && step(found);
  });
}

/** Nothing where the outcome is not known. */
export function foresee(command: readonly string[]): ScriptOutcome | undefined {
  if (command.length === 0) return undefined;
  const output: { atMs: number; text: string }[] = [];
  let durationMs = 0;
  let exitCode = 0;
  for (const one of steps(command)) {
    if (one === undefined) return undefined;
    if (one.text !== undefined) output.push({ atMs: durationMs, text: one.text });
    durationMs += one.waitMs ?? 0;
    exitCode = one.exitCode;
    if (one.ends) break;
  }
  return { output, durationMs, exitCode };
}
