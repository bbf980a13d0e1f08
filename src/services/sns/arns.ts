/** ARNs as SNS checks them. */
import { type Arn, parseArn } from "../../base/arn.ts";
import { invalidFor, invalidParameter } from "./errors.ts";

const ARN_PARTS = 6;

/** A topic's ARN, in the region of the request: others are refused, as on AWS. */
export function topicArnOf(region: string, text: string, parameter: string): Arn {
  const arn = arnOf(text, parameter);
  if (arn.service !== "sns" || arn.region !== region || arn.resource.includes(":")) {
    throw invalidParameter(parameter);
  }
  return arn;
}

export interface SubscriptionRef {
  readonly topic: Arn;
  readonly subscriptionId: string;
}

export function subscriptionRefOf(region: string, text: string): SubscriptionRef {
  const parameter = "SubscriptionArn";
  const arn = arnOf(text, parameter);
  const [name, subscriptionId, ...rest] = arn.resource.split(":");
  if (!name || !subscriptionId || rest.length > 0 || arn.region !== region) {
    throw invalidParameter(parameter);
  }
  return { topic: { ...arn, resource: name }, subscriptionId };
}

function arnOf(text: string, parameter: string): Arn {
  const count = text.split(":").length;
  if (count < ARN_PARTS) {
    throw invalidFor(parameter, `An ARN must have at least ${ARN_PARTS} elements, not ${count}`);
  }
  const arn = parseArn(text);
  if (arn === undefined) {
    throw invalidParameter(parameter);
  }
  return arn;
}
