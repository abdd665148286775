/** Recursive descent over CEL's grammar, lowest precedence first. */
import type { Call, Expression, ListLiteral, MapLiteral, StructLiteral } from "./ast.ts";
import { bytesLiteral, doubleLiteral, intLiteral, stringLiteral, uintLiteral } from "./literals.ts";
import { expandMacro } from "./macros.ts";
import { isDeeperThan } from "./parts.ts";
import { nowhere, SyntaxProblem } from "./source.ts";
import { type Token, tokenize } from "./tokens.ts";

const maxDepth = 250;
const maxCodePoints = 100_000;
const reserved = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const operandStart =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const itemStart =
  "{'[', ']', '{', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const relations = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

/** Throws `SyntaxProblem`. */
export function parse(text: string): Expression {
  checkSize(text);
  const expression = new Parser(tokenize(text)).whole();
  if (isDeeperThan(expression, maxDepth))
    throw new SyntaxProblem({ offset: nowhere, message: "max recursion depth exceeded" });
  return expression;
}

function checkSize(text: string): void {
  if (text.length <= maxCodePoints) return;
  const size = [...text].length;
  if (size <= maxCodePoints) return;
  const message = `expression code point size exceeds limit: size: ${size}, limit ${maxCodePoints}`;
  throw new SyntaxProblem({ offset: nowhere, message });
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#expression();
    if (this.#next.kind !== "end") throw this.#unexpected("<EOF>", this.#isLast() ? "extraneous" : "mismatched");
    return expression;
  }

  /** Without the next token the text would be complete. */
  #isLast(): boolean {
    return this.#tokens[this.#position + 1]?.kind === "end";
  }

  get #next(): Token {
    return this.#tokens[this.#position]!;
  }

  #is(text: string): boolean {
    const { kind } = this.#next;
    return this.#next.text === text && (kind === "symbol" || kind === "identifier");
  }

  #take(): Token {
    return this.#tokens[this.#position++]!;
  }

  #takeIf(text: string): Token | undefined {
    return this.#is(text) ? this.#take() : undefined;
  }

  #expect(text: string): Token {
    if (!this.#is(text)) throw this.#unexpected(`'${text}'`, "missing");
    return this.#take();
  }

  #unexpected(expected: string, form: "mismatched" | "extraneous" | "missing" = "mismatched"): SyntaxProblem {
    const { text, offset } = this.#next;
    const found =
      form === "missing" ? `${form} ${expected} at '${text}'` : `${form} input '${text}' expecting ${expected}`;
    return new SyntaxProblem({ offset, message: `Syntax error: ${found}` });
  }

  #expression(): Expression {
    if (++this.#depth > maxDepth)
      throw new SyntaxProblem({
        offset: nowhere,
        message: `expression recursion limit exceeded: ${maxDepth}`,
      });
    const condition = this.#or();
    const question = this.#takeIf("?");
    if (!question) {
      this.#depth--;
      return condition;
    }
    const yes = this.#or();
    this.#expect(":");
    const no = this.#expression();
    this.#depth--;
    return operator("_?_:_", question.offset, condition, yes, no);
  }

  #or(): Expression {
    return this.#chain("||", "_||_", () => this.#chain("&&", "_&&_", () => this.#relation()));
  }

  /** Long chains become balanced trees, so that depth stays small. */
  #chain(symbol: string, name: string, operand: () => Expression): Expression {
    const operands = [operand()];
    const offsets: number[] = [];
    for (let found = this.#takeIf(symbol); found; found = this.#takeIf(symbol)) {
      offsets.push(found.offset);
      operands.push(operand());
    }
    return balanced(name, operands, offsets, 0, operands.length - 1);
  }

  #relation(): Expression {
    let left = this.#sum();
    while (relations.has(this.#next.text) && (this.#next.kind === "symbol" || this.#next.text === "in")) {
      const { text, offset } = this.#take();
      left = operator(text === "in" ? "@in" : `_${text}_`, offset, left, this.#sum());
    }
    return left;
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.#is("+") || this.#is("-")) {
      const { text, offset } = this.#take();
      left = operator(`_${text}_`, offset, left, this.#product());
    }
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    while (this.#is("*") || this.#is("/") || this.#is("%")) {
      const { text, offset } = this.#take();
      left = operator(`_${text}_`, offset, left, this.#unary());
    }
    return left;
  }

  #unary(): Expression {
    const symbol = this.#is("!") ? "!" : this.#is("-") ? "-" : undefined;
    if (!symbol) return this.#member();
    const first = this.#take();
    let count = 1;
    if (symbol === "-" && (this.#next.kind === "int" || this.#next.kind === "double"))
      return this.#member(first.offset);
    for (; this.#takeIf(symbol); count++);
    const operand = this.#member();
    return count % 2 === 0 ? operand : operator(`${symbol}_`, first.offset, operand);
  }

  #member(minus?: number): Expression {
    let expression = this.#primary(minus);
    for (;;) {
      const dot = this.#takeIf(".");
      if (dot) expression = this.#select(expression, dot);
      else if (this.#is("[")) expression = this.#index(expression, this.#take());
      else return expression;
    }
  }

  #select(operand: Expression, dot: Token): Expression {
    const optional = this.#takeIf("?") !== undefined;
    const token = this.#next;
    const field = this.#fieldName();
    if (token.kind === "identifier" && !optional && this.#is("(")) return this.#call(token, operand);
    return { kind: "select", operand, field, test: false, optional, offset: dot.offset };
  }

  #fieldName(): string {
    if (this.#next.kind === "quoted") return this.#take().text.slice(1, -1);
    if (this.#next.kind !== "identifier" || ["in", "true", "false", "null"].includes(this.#next.text))
      throw new SyntaxProblem({
        offset: this.#next.offset,
        message: `Syntax error: no viable alternative at input '.${this.#next.kind === "end" ? "" : this.#next.text}'`,
      });
    return this.#take().text;
  }

  #index(operand: Expression, open: Token): Expression {
    const optional = this.#takeIf("?") !== undefined;
    const index = this.#expression();
    this.#expect("]");
    return operator(optional ? "_[?_]" : "_[_]", open.offset, operand, index);
  }

  #call(name: Token, target: Expression | undefined): Expression {
    const open = this.#expect("(");
    const given: Expression[] = [];
    if (!this.#is(")")) {
      do given.push(this.#expression());
      while (this.#takeIf(","));
    }
    this.#expect(")");
    const written = { name: name.text, target, arguments: given, offset: open.offset };
    const call: Call = { kind: "call", ...written };
    return expandMacro(written) ?? call;
  }

  #primary(minus?: number): Expression {
    const token = this.#next;
    const offset = minus ?? token.offset;
    switch (token.kind) {
      case "int":
        return { kind: "literal", value: intLiteral(this.#take(), minus !== undefined), offset };
      case "double":
        return { kind: "literal", value: doubleLiteral(this.#take(), minus !== undefined), offset };
      case "uint":
        return { kind: "literal", value: uintLiteral(this.#take()), offset };
      case "string":
        return { kind: "literal", value: stringLiteral(this.#take()), offset };
      case "bytes":
        return { kind: "literal", value: bytesLiteral(this.#take()), offset };
      case "identifier":
        return this.#named(this.#take());
      case "symbol":
        return this.#bracketed(token);
      default:
        throw this.#unexpected(operandStart);
    }
  }

  #named(token: Token): Expression {
    const { text, offset } = token;
    if (text === "true" || text === "false") return { kind: "literal", value: text === "true", offset };
    if (text === "null") return { kind: "literal", value: null, offset };
    if (text === "in") {
      this.#position--;
      throw this.#unexpected(operandStart);
    }
    if (reserved.has(text)) throw new SyntaxProblem({ offset, message: `reserved identifier: ${text}` });
    if (this.#is("(")) return this.#call(token, undefined);
    return this.#struct(token) ?? { kind: "identifier", name: text, offset };
  }

  #bracketed(token: Token): Expression {
    if (this.#takeIf("(")) {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (this.#is("[")) return this.#list(this.#take());
    if (this.#is("{")) return this.#map(this.#take());
    if (this.#takeIf(".")) {
      const name = this.#next;
      if (name.kind !== "identifier") throw this.#unexpected("IDENTIFIER");
      this.#take();
      if (this.#is("(")) return this.#call(name, undefined);
      return { kind: "identifier", name: `.${name.text}`, offset: token.offset };
    }
    throw this.#unexpected(operandStart);
  }

  #list({ offset }: Token): ListLiteral {
    if (this.#next.kind === "end") throw this.#unexpected(itemStart);
    const items: { value: Expression; optional: boolean }[] = [];
    while (!this.#is("]")) {
      const optional = this.#takeIf("?") !== undefined;
      items.push({ value: this.#expression(), optional });
      if (!this.#takeIf(",")) break;
    }
    this.#expect("]");
    return { kind: "list", items, offset };
  }

  #map({ offset }: Token): MapLiteral {
    const entries: { key: Expression; value: Expression; optional: boolean }[] = [];
    while (!this.#is("}")) {
      const optional = this.#takeIf("?") !== undefined;
      const key = this.#expression();
      this.#expect(":");
      entries.push({ key, value: this.#expression(), optional });
      if (!this.#takeIf(",")) break;
    }
    this.#expect("}");
    return { kind: "map", entries, offset };
  }

  /** `Name.Of.Type{field: value}`; nothing, and nothing taken, where no brace follows the names. */
  #struct(first: Token): StructLiteral | undefined {
    let end = this.#position;
    while (this.#tokens[end]?.text === "." && this.#tokens[end + 1]?.kind === "identifier") end += 2;
    const brace = this.#tokens[end]!;
    if (brace.kind !== "symbol" || brace.text !== "{") return undefined;
    const typeName = [first, ...this.#tokens.slice(this.#position, end)].map((token) => token.text).join("");
    this.#position = end + 1;
    if (this.#next.kind === "end") throw this.#unexpected("{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}");
    const fields: { name: string; value: Expression; optional: boolean; offset: number }[] = [];
    while (!this.#is("}")) {
      const optional = this.#takeIf("?") !== undefined;
      const name = this.#fieldName();
      const { offset } = this.#expect(":");
      fields.push({ name, value: this.#expression(), optional, offset });
      if (!this.#takeIf(",")) break;
    }
    this.#expect("}");
    return { kind: "struct", typeName, fields, offset: brace.offset };
  }
}

function operator(name: string, offset: number, ...operands: Expression[]): Expression {
  return { kind: "call", name, target: undefined, arguments: operands, offset };
}

function balanced(
  name: string,
  operands: readonly Expression[],
  offsets: readonly number[],
  from: number,
  to: number,
): Expression {
  if (from === to) return operands[from]!;
  const middle = Math.floor((from + to - 1) / 2);
  const left = balanced(name, operands, offsets, from, middle);
  return operator(name, offsets[middle]!, left, balanced(name, operands, offsets, middle + 1, to));
}
