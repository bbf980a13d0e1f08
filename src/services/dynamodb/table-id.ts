/** Table names and table ARNs: most parameters named `TableName` take either. */
import { formatArn, parseArn } from "../../base/arn.ts";
import { resourceNotFound, validation } from "./errors.ts";

export interface TableId {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

const NAME = /^[a-zA-Z0-9_.-]+$/;
const NAME_LENGTH_MIN = 3;
const NAME_LENGTH_MAX = 255;

export function tableIdOf(
  scope: { readonly accountId: string; readonly region: string },
  nameOrArn: string,
): TableId {
  if (!nameOrArn.startsWith("arn:")) {
    requireTableName(nameOrArn);
    return { accountId: scope.accountId, region: scope.region, name: nameOrArn };
  }
  const arn = parseArn(nameOrArn);
  const [kind, name, ...rest] = arn?.resource.split("/") ?? [];
  if (arn?.service !== "dynamodb" || kind !== "table" || name === undefined || rest.length > 0) {
    throw validation(`Invalid table ARN: ${nameOrArn}`);
  }
  if (arn.region !== scope.region) {
    throw resourceNotFound();
  }
  return { accountId: arn.accountId, region: arn.region, name };
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export function requireTableName(name: string, member = "tableName"): void {
  const fault =
    name.length > NAME_LENGTH_MAX
      ? `Member must have length less than or equal to ${NAME_LENGTH_MAX}`
      : name.length === 0
        ? "Member must have length greater than or equal to 1"
        : NAME.test(name)
          ? undefined
          : "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
  if (fault !== undefined) {
    throw validation(
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: ${fault}`,
    );
  }
}

/** What a new table must be called. */
export function requireNewTableName(name: string): void {
  requireTableName(name);
  if (name.length < NAME_LENGTH_MIN) {
    throw validation(
      `TableName must be at least ${NAME_LENGTH_MIN} characters long ` +
        `and at most ${NAME_LENGTH_MAX} characters long`,
    );
  }
}

export function tableArn(id: TableId): string {
  return formatArn({
    service: "dynamodb",
    region: id.region,
    accountId: id.accountId,
    resource: `table/${id.name}`,
  });
}
