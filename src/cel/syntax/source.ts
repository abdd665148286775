/** The text of an expression, and how a mistake in it is shown. */
export interface Issue {
  /** In code points from the start. */
  readonly offset: number;
  readonly message: string;
}

/** Everything wrong with one expression, in the form that users know from upstream. */
export class SyntaxProblem extends Error {
  readonly issue: Issue;

  constructor(issue: Issue) {
    super(issue.message);
    this.issue = issue;
  }
}

/** A line for each issue, its place, the line of text and an arrow under it. */
export function formatIssues(text: string, issues: readonly Issue[]): string {
  return issues.map((issue) => formatIssue(text, issue)).join("\n");
}

function formatIssue(text: string, { offset, message }: Issue): string {
  // There is nothing to show.
  if (text === "") return `ERROR: <input>:1:0: ${message}`;
  const before = [...text].slice(0, offset).join("");
  const line = before.split("\n").length;
  const column = [...before.slice(before.lastIndexOf("\n") + 1)].length;
  const shown = (text.split("\n")[line - 1] ?? "").replaceAll("\t", " ");
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${shown}\n | ${".".repeat(column)}^`;
}
