import { tooLong } from "../../../validation/field-error.ts";
import type { JsonSchema } from "../structural-node.ts";
import { formatRule } from "./formats.ts";
import { goPattern, type TextPattern } from "./go-pattern.ts";
import type { Check } from "./validation.ts";

/** Lengths in characters, pattern, format. Of lengths and pattern only the first that is broken is told. */
export function stringChecks(schema: JsonSchema): readonly Check[] {
  const rules = [...lengthRules(schema), ...patternRules(schema)];
  const texts: Check = (value, _old, run) => {
    for (const rule of rules) if (rule(value as string, run)) return;
  };
  return [texts, ...formatChecks(schema)];
}

/** Answers whether it found something. */
type TextRule = (text: string, run: Parameters<Check>[2]) => boolean;

function lengthRules({ minLength, maxLength }: JsonSchema): TextRule[] {
  const rules: TextRule[] = [];
  if (maxLength !== undefined)
    rules.push((text, run) => {
      // A text has no more characters than code units.
      if (text.length <= maxLength || characters(text) <= maxLength) return false;
      run.fail(() => tooLong(run.place.path(), maxLength));
      return true;
    });
  if (minLength !== undefined)
    rules.push((text, run) => {
      if (characters(text) >= minLength) return false;
      run.broken(text, `should be at least ${minLength} chars long`);
      return true;
    });
  return rules;
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function patternRules({ pattern }: JsonSchema): TextRule[] {
  if (!pattern) return [];
  let expression: TextPattern | undefined;
  try {
    expression = goPattern(pattern);
  } catch {
    // A definition with such a pattern is refused; one that was stored before the rule came matches nothing.
  }
  return [
    (text, run) => {
      run.spendOnText(text);
      if (expression?.test(text)) return false;
      run.broken(text, expression ? `should match '${pattern}'` : `should match '${pattern}', which is no expression`);
      return true;
    },
  ];
}

function formatChecks({ format }: JsonSchema): readonly Check[] {
  const rule = format ? formatRule(format) : undefined;
  if (!rule || !format) return [];
  return [
    (value, _old, run) => {
      if (rule(value as string)) run.matches++;
      else run.mistyped(format, value as string);
    },
  ];
}
