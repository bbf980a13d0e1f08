/**
 * What a template asks for and Millrace leaves out. Collected, so that a developer sees everything
 * at once and knows whether it is worth going on.
 */
import { TemplateError } from "../languages/template/value.ts";

const START = "Millrace does not support";

/** Thrown where a template is read; `features` are names with the resources they belong to. */
export class NotSupportedError extends TemplateError {
  readonly features: readonly string[];

  constructor(features: readonly string[]) {
    const [only = "", ...others] = features;
    super(others.length === 0 ? `${START} ${only}` : `${START}:\n- ${features.join("\n- ")}`);
    this.features = features;
  }
}

/** What a message names as not supported; nothing when it says something else. */
export function featuresIn(message: string): readonly string[] {
  if (message.startsWith(`${START}:\n- `)) {
    return message.slice(`${START}:\n- `.length).split("\n- ");
  }
  return message.startsWith(`${START} `) ? [message.slice(START.length + 1)] : [];
}

/** The resource a feature was found in. */
export function resourceOfFeature(feature: string): string | undefined {
  return /\(resource ([A-Za-z0-9]+)\)$/.exec(feature)?.[1];
}
