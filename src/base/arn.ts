/**
 * Amazon Resource Names.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  /** All that follows the fifth colon: `function:name`, `name`, `rule/bus/name`. */
  readonly resource: string;
}

/** `undefined` when the text is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || resource.length === 0) {
    return undefined;
  }
  return {
    partition,
    service,
    region: region ?? "",
    accountId: accountId ?? "",
    resource: resource.join(":"),
  };
}

export function formatArn(arn: Omit<Arn, "partition">): string {
  return `arn:aws:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}
