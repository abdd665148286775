/** What a definition's author is told about the rules of its schema. */
import type { JsonSchema } from "../schema/json-schema.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { namedField } from "./field-path.ts";
import { type FieldProblem, invalid, required } from "./field-problem.ts";
import { RuleCosts } from "./rule-costs.ts";
import { type Place, ruleTree } from "./rule-tree.ts";

export function definitionProblems(schema: JsonSchema, path: string): readonly FieldProblem[] {
  const written: FieldProblem[] = [];
  const meant: FieldProblem[] = [];
  const costs = new RuleCosts();
  ruleTree(schema, { path }, true, (node, place) => {
    const places = node.rules.map((_, index) => `${place.path}.x-kubernetes-validations[${index}]`);
    written.push(...node.rules.flatMap(({ rule }, index) => writingProblems(rule, node.schema, places[index]!)));
    // What is written wrong here or further down is put right first.
    if (written.some(({ field }) => field.startsWith(`${place.path}.`))) return;
    if (node.rules.length > 0 && !isTyped(node.schema)) {
      meant.push(untypedProblem(place));
      return;
    }
    for (const [index, compiled] of node.rules.entries())
      meant.push(
        ...costs.problems(compiled, node, place, places[index]!),
        ...ruleProblems(compiled, place, places[index]!),
      );
  });
  return [...written, ...meant, ...costs.total(path)];
}

/** What is wrong with a rule as it stands, whatever it means. */
function writingProblems(rule: Rule, schema: JsonSchema, at: string): FieldProblem[] {
  if (rule.rule.trim() === "") return [required(`${at}.rule`, "rule is not specified")];
  return [
    ...messageProblems(rule, at),
    ...(isBlank(rule.messageExpression)
      ? [required(`${at}.messageExpression`, "messageExpression must be non-empty if specified")]
      : []),
    ...reasonProblems(rule.reason, at),
    ...fieldPathProblems(rule.fieldPath, schema, at),
  ];
}

function ruleProblems(compiled: CompiledRule, place: Place, at: string): FieldProblem[] {
  const { rule, ruleError, messageError } = compiled;
  const problems: FieldProblem[] = [];
  if (ruleError !== undefined) problems.push(invalid(`${at}.rule`, innerForm(rule), ruleError));
  if (messageError !== undefined) problems.push(invalid(`${at}.messageExpression`, innerForm(rule), messageError));
  if (compiled.isTransition && place.uncorrelatable !== undefined)
    problems.push(
      invalid(
        `${at}.rule`,
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`,
      ),
    );
  if (rule.optionalOldSelf !== undefined && !compiled.isTransition)
    problems.push(
      invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, "may not be set if oldSelf is not used in rule"),
    );
  return problems;
}

type Rule = CompiledRule["rule"];

/** As upstream prints a rule, by its inner names. */
function innerForm({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: Rule): object {
  return {
    Rule: rule,
    Message: message ?? "",
    MessageExpression: messageExpression ?? "",
    Reason: reason ?? null,
    FieldPath: fieldPath ?? "",
    OptionalOldSelf: optionalOldSelf ?? null,
  };
}

function isBlank(text: string | undefined): boolean {
  return text !== undefined && text !== "" && text.trim() === "";
}

function messageProblems({ rule, message, messageExpression }: Rule, at: string): FieldProblem[] {
  const where = `${at}.message`;
  if (message === undefined || message === "") {
    if (!rule.includes("\n") || messageExpression) return [];
    return [required(where, "message must be specified if rule contains line breaks")];
  }
  if (message.trim() === "") return [invalid(where, message, "must be non-empty if specified")];
  return message.includes("\n") ? [invalid(where, message, "must not contain line breaks")] : [];
}

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

function reasonProblems(reason: string | undefined, at: string): FieldProblem[] {
  if (reason === undefined || reasons.includes(reason)) return [];
  const supported = reasons.map((one) => JSON.stringify(one)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(reason)}: supported values: ${supported}`;
  return [{ reason: "FieldValueNotSupported", field: `${at}.reason`, message }];
}

/** Every step must be known to the schema. */
function fieldPathProblems(fieldPath: string | undefined, schema: JsonSchema, at: string): FieldProblem[] {
  if (fieldPath === undefined || namedField(fieldPath, schema) !== undefined) return [];
  return [invalid(`${at}.fieldPath`, fieldPath, "must be a valid path")];
}

/** Can a rule be told what it is about? Not where nobody knows of what type a value, an item or a member is. */
function isTyped(schema: JsonSchema): boolean {
  if (schema["x-kubernetes-int-or-string"]) return true;
  const { type, items, additionalProperties } = schema;
  if (type === "array") return typeof items === "object" && !Array.isArray(items) && isTyped(items as JsonSchema);
  if (type === "object") return typeof additionalProperties !== "object" || isTyped(additionalProperties);
  return Boolean(type);
}

const untyped =
  "Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";

function untypedProblem(place: Place): FieldProblem {
  return { reason: "InternalError", field: `${place.path}.x-kubernetes-validations`, message: untyped };
}
