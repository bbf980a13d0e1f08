/**
 * Policies of tables and streams, kept by the ARN of what they are of. They are stored and described;
 * the engine does not decide by them who may do what.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html
 */
import { parseArn } from "../../base/arn.ts";
import { parseJsonObject } from "../../base/json.ts";
import { collection } from "../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { AwsError, notSupported } from "../../wire/aws-error.ts";
import { resourceNotFound, validation } from "./errors.ts";
import { POLICY_BYTES_MAX } from "./limits.ts";
import type { DynamoDbContext } from "./ports.ts";
import { type TableId, tableIdOf } from "./table-id.ts";

export interface ResourcePolicy {
  readonly text: string;
  readonly revision: string;
}

const policies = collection<ResourcePolicy>("dynamodb", "policy");

/** Expected when there must be no policy yet. */
const NO_POLICY = "NO_POLICY";

/** The table of the ARN. Throws when it is not there. */
export function policedTable(
  tx: ReadTx,
  ctx: DynamoDbContext,
  arn: string,
  operation: string,
): TableId {
  if (parseArn(arn)?.resource.includes("/stream/") === true) {
    throw notSupported(operation, "the ARN of a stream");
  }
  const id = tableIdOf(ctx, arn);
  if (ctx.tables.find(tx, id) === undefined) {
    throw resourceNotFound();
  }
  return id;
}

export function readPolicy(tx: ReadTx, id: TableId): ResourcePolicy | undefined {
  return policies.get(tx, keyOf(id));
}

/** The policy with a revision of its own; the same text again keeps its revision. */
export function putPolicy(tx: WriteTx, id: TableId, text: string): ResourcePolicy {
  const present = readPolicy(tx, id);
  if (present?.text === text) {
    return present;
  }
  const policy = { text, revision: String(Math.max(tx.nowMs, Number(present?.revision ?? 0) + 1)) };
  policies.put(tx, keyOf(id), policy);
  return policy;
}

export function deletePolicy(tx: WriteTx, id: TableId): void {
  policies.delete(tx, keyOf(id));
}

export function requireRevision(
  present: ResourcePolicy | undefined,
  expected: string | undefined,
): void {
  const revision = present?.revision ?? NO_POLICY;
  if (expected !== undefined && expected !== revision) {
    throw policyNotFound(`the policy with the revision ${expected}`);
  }
}

export function policyNotFound(what: string): AwsError {
  return new AwsError({
    code: "PolicyNotFoundException",
    message: `The operation tried to access ${what}, which does not exist.`,
  });
}

export function requirePolicy(text: string): void {
  if (Buffer.byteLength(text, "utf8") > POLICY_BYTES_MAX) {
    throw validation(`Resource-based policy size exceeds the limit of ${POLICY_BYTES_MAX} bytes`);
  }
  if (!("Statement" in (parseJsonObject(text) ?? {}))) {
    throw validation("Resource-based policy is not a valid policy document");
  }
}

function keyOf(id: TableId): readonly string[] {
  return [id.accountId, id.region, id.name];
}
