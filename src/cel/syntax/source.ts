/** The text of an expression, and how a mistake in it is shown. */
export interface Issue {
  /** In code points from the start; or `nowhere`. */
  readonly offset: number;
  readonly message: string;
}

/** The place of what is wrong with the text as a whole. */
export const nowhere = -1;

/** Everything wrong with one expression, in the form that users know from upstream. */
export class SyntaxProblem extends Error {
  readonly issue: Issue;

  constructor(issue: Issue) {
    super(issue.message);
    this.issue = issue;
  }
}

/** More are only counted. */
const mostShown = 100;

/** A line for each issue, its place, the line of text and an arrow under it. */
export function formatIssues(text: string, issues: readonly Issue[]): string {
  const shown = issues.slice(0, mostShown).map((issue) => formatIssue(text, issue));
  if (issues.length > mostShown) shown.push(`${issues.length - mostShown} more errors were truncated`);
  return shown.join("\n");
}

function formatIssue(text: string, { offset, message }: Issue): string {
  if (offset === nowhere) return `ERROR: <input>:-1:0: ${message}`;
  // There is nothing to show.
  if (text === "") return `ERROR: <input>:1:0: ${message}`;
  const before = start(text, offset);
  const line = before.split("\n").length;
  const column = codePoints(before.slice(before.lastIndexOf("\n") + 1));
  const shown = (text.split("\n")[line - 1] ?? "").replaceAll("\t", " ");
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${shown}\n | ${".".repeat(column)}^`;
}

const astral = /[\ud800-\udfff]/;

/** So many code points. */
function start(text: string, count: number): string {
  return astral.test(text) ? [...text].slice(0, count).join("") : text.slice(0, count);
}

const codePoints = (text: string): number => (astral.test(text) ? [...text].length : text.length);
