/** The text form of label selectors: `app=web,tier in (front,back),!canary`. */
import {
  everything,
  type Requirement,
  requirement,
  Selector,
  SelectorError,
  type SelectorOperator,
} from "./selector.ts";

const symbols = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+|$)/y;

/** A reader of words: names and symbols, `""` at the end. */
class Words {
  readonly #words: string[] = [];
  #at = 0;

  constructor(text: string) {
    symbols.lastIndex = 0;
    for (;;) {
      const word = symbols.exec(text)?.[1] ?? "";
      if (word === "") return;
      this.#words.push(word);
    }
  }

  peek(): string {
    return this.#words[this.#at] ?? "";
  }

  next(): string {
    const word = this.peek();
    this.#at++;
    return word;
  }
}

function isName(word: string): boolean {
  return word !== "" && !/^[=!<>(),]/.test(word);
}

/** Throws `SelectorError`. The empty text selects everything. */
export function parseLabelSelector(text: string): Selector {
  if (text === "") return everything;
  const words = new Words(text);
  const requirements: Requirement[] = [];
  while (words.peek() !== "") {
    if (!isName(words.peek()) && words.peek() !== "!") {
      throw new SelectorError(`found '${words.peek()}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(readRequirement(words));
    const after = words.next();
    if (after === "") break;
    if (after !== ",") throw new SelectorError(`found '${after}', expected: ',' or 'end of string'`);
    if (!isName(words.peek()) && words.peek() !== "!") {
      throw new SelectorError(`found '${words.peek()}', expected: identifier after ','`);
    }
  }
  return new Selector(requirements);
}

function readRequirement(words: Words): Requirement {
  try {
    return requirementOf(words);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`);
  }
}

function requirementOf(words: Words): Requirement {
  const denied = words.peek() === "!";
  if (denied) words.next();
  const key = words.next();
  if (!isName(key)) throw new SelectorError(`found '${key}', expected: identifier`);
  if (denied) return requirement(key, "!", []);
  if (words.peek() === "" || words.peek() === ",") return requirement(key, "exists", []);
  const operator = words.next();
  if (operator === "in" || operator === "notin") return requirement(key, operator, readSet(words));
  if (!isComparison(operator)) throw new SelectorError(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  return requirement(key, operator, [readValue(words)]);
}

function isComparison(word: string): word is SelectorOperator {
  return ["=", "==", "!=", ">", "<"].includes(word);
}

function readValue(words: Words): string {
  const word = words.peek();
  if (word === "" || word === ",") return "";
  if (!isName(word)) throw new SelectorError(`found '${word}', expected: identifier`);
  return words.next();
}

/** `(a,b,)`: an empty place between commas is the empty value. */
function readSet(words: Words): string[] {
  const open = words.next();
  if (open !== "(") throw new SelectorError(`found '${open}' expected: '('`);
  const values = new Set<string>();
  for (;;) {
    values.add(isName(words.peek()) ? words.next() : "");
    const after = words.next();
    if (after === ")") return [...values].sort();
    if (after !== ",") throw new SelectorError(`found '${after}', expected: ',' or ')'`);
  }
}
