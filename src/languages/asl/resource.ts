/**
 * What a Task state asks for, read off its `Resource`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
 */
export type Resource =
  | { readonly kind: "lambda"; readonly arn: string }
  | { readonly kind: "activity"; readonly arn: string }
  | Integration;

export type Pattern = "requestResponse" | "sync" | "waitForTaskToken";

export interface Integration {
  readonly kind: "integration";
  readonly arn: string;
  /** `sqs`, `dynamodb`; for SDK integrations what follows `aws-sdk:`. */
  readonly service: string;
  /** `sendMessage`, without the suffix that names the pattern. */
  readonly action: string;
  readonly pattern: Pattern;
  /** Of `.sync`: what `.sync:2` answers differs from what `.sync` does. */
  readonly syncVersion: 1 | 2;
  readonly isSdk: boolean;
  /** As `resourceType` of a history event: `sqs`, `aws-sdk:sqs`. */
  readonly resourceType: string;
  /** As `resource` of a history event: `sendMessage.waitForTaskToken`. */
  readonly resourceName: string;
}

const ARN = /^arn:[a-z-]+:(lambda|states):([a-z0-9-]*):([0-9A-Za-z]*):(.+)$/;
const SUFFIX = /^(.*?)(?:\.(sync:2|sync|waitForTaskToken))?$/;

/** `undefined` when the text is no resource of a Task. */
export function parseResource(text: string): Resource | undefined {
  const [, service, region = "", account = "", rest = ""] = ARN.exec(text) ?? [];
  if (service === "lambda") {
    return rest.startsWith("function:") ? { kind: "lambda", arn: text } : undefined;
  }
  if (service !== "states") {
    return undefined;
  }
  if (rest.startsWith("activity:")) {
    return { kind: "activity", arn: text };
  }
  return region === "" && account === "" ? integrationOf(text, rest) : undefined;
}

function integrationOf(arn: string, rest: string): Integration | undefined {
  const parts = rest.split(":");
  const isSdk = parts[0] === "aws-sdk";
  const [service, ...action] = isSdk ? parts.slice(1) : parts;
  const resourceName = action.join(":");
  const [, name, suffix] = SUFFIX.exec(resourceName) ?? [];
  if (!service || !name || /[:.]/.test(name)) {
    return undefined;
  }
  return {
    kind: "integration",
    arn,
    service,
    action: name,
    pattern: suffix?.startsWith("sync") ? "sync" : suffix ? "waitForTaskToken" : "requestResponse",
    syncVersion: suffix === "sync:2" ? 2 : 1,
    isSdk,
    resourceType: isSdk ? `aws-sdk:${service}` : service,
    resourceName,
  };
}
