/**
 * The `Rules` section: assertions over parameters, checked before anything is made.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
import { evaluateCondition } from "./conditions.ts";
import type { Scope } from "./functions.ts";
import type { Template } from "./template.ts";
import { TemplateError } from "./value.ts";

export function checkRules(rules: Template["rules"], scope: Scope): void {
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.condition !== undefined && !evaluateCondition(rule.condition, scope)) {
      continue;
    }
    for (const { assert, description } of rule.assertions) {
      if (!evaluateCondition(assert, scope)) {
        throw new TemplateError(
          `Template validation error: Rule ${name} failed${description ? `: ${description}` : ""}`,
        );
      }
    }
  }
}
