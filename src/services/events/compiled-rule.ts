/** A rule made ready for events: its pattern parsed, its targets able to say what they get. */
import { parseArn } from "../../base/arn.ts";
import { assert } from "../../base/assert.ts";
import { parseEventPath } from "../../languages/event-path/event-path.ts";
import {
  type EventPattern,
  parseEventPattern,
} from "../../languages/event-pattern/event-pattern.ts";
import { type ArchiveId, archiveIdOfArn } from "./archive/archive.ts";
import { busIdOfArn } from "./bus.ts";
import type { BusEvent } from "./event.ts";
import { isoSeconds } from "./event.ts";
import { isApiDestinationArn } from "./http/api-destination.ts";
import { parseInputTransformer } from "./input-transformer.ts";
import type { BusId } from "./keys.ts";
import { isEnabled, type Rule, ruleArn, type Target } from "./rule.ts";

export interface CompiledRule {
  readonly name: string;
  readonly arn: string;
  readonly targets: readonly CompiledTarget[];
  /** Absent for rules that match no event: disabled, or with a schedule alone. */
  readonly pattern?: EventPattern;
}

export interface CompiledTarget {
  readonly arn: string;
  readonly kind: TargetKind;
  /** As it was put: parameters that follow the event are read from it. */
  readonly given: Target;
  readonly deadLetterArn: string | undefined;
  /** What the target gets for an event that arrived at `nowMs`. */
  readonly payload: (event: BusEvent, nowMs: number) => string;
}

/** What delivers to a target: a sink by the service in its ARN, or EventBridge itself. */
export type TargetKind =
  | { readonly name: "sink"; readonly service: string }
  | { readonly name: "bus"; readonly bus: BusId }
  | { readonly name: "archive"; readonly archive: ArchiveId }
  | { readonly name: "apiDestination" };

export function targetKindOf(arn: string): TargetKind {
  const bus = busIdOfArn(arn);
  if (bus !== undefined) {
    return { name: "bus", bus };
  }
  const archive = archiveIdOfArn(arn);
  if (archive !== undefined) {
    return { name: "archive", archive };
  }
  return isApiDestinationArn(arn)
    ? { name: "apiDestination" }
    : { name: "sink", service: parseArn(arn)?.service ?? "" };
}

/** Of a rule as it was accepted by `PutRule` and `PutTargets`, so nothing in it can be invalid. */
export function compileRule(bus: BusId, rule: Rule): CompiledRule {
  const arn = ruleArn(bus, rule.name);
  const targets = rule.targets.map((target) => ({
    arn: target.Arn,
    kind: targetKindOf(target.Arn),
    given: target,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    payload: payloadOf(target, { arn, name: rule.name }),
  }));
  const { eventPattern } = rule;
  const pattern =
    eventPattern !== undefined && isEnabled(rule)
      ? parseEventPattern(eventPattern).pattern
      : undefined;
  return { name: rule.name, arn, targets, ...(pattern && { pattern }) };
}

function payloadOf(
  target: Target,
  rule: { readonly arn: string; readonly name: string },
): CompiledTarget["payload"] {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) {
    return () => Input;
  }
  if (InputTransformer !== undefined) {
    const { transformer } = parseInputTransformer(
      InputTransformer.InputTemplate,
      InputTransformer.InputPathsMap ?? {},
    );
    assert(transformer !== undefined, `target ${target.Id} has an invalid InputTransformer`);
    return (event, nowMs) =>
      transformer.render({
        event: event.document,
        ruleArn: rule.arn,
        ruleName: rule.name,
        ingestionTime: isoSeconds(nowMs),
      });
  }
  if (InputPath !== undefined && InputPath !== "$") {
    const path = parseEventPath(InputPath);
    assert(path !== undefined, `target ${target.Id} has an invalid InputPath`);
    return (event) => JSON.stringify(path.select(event.document) ?? null);
  }
  return (event) => event.text;
}
