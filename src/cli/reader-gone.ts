/** What happens when the reader of what a command prints is gone: `kubets list | head -1`. */

/** What a shell shows of a program that SIGPIPE has ended, as it ends others; Node ignores that signal. */
const endedByPipe = 141;

const outputs = () => [process.stdout, process.stderr];

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(endedByPipe);
}

/** The command ends at its next word, without one about it. */
export function endWithReader(): void {
  for (const output of outputs()) output.on("error", endQuietly);
}

/** Of what does more than print: it goes on unheard. */
export function goOnWithoutReader(): void {
  for (const output of outputs()) {
    output.off("error", endQuietly);
    output.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
