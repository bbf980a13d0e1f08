import { executionArn, mapRunArn, parseExecutionArn } from "../arns.ts";
import { executionDoesNotExist } from "../errors.ts";
import type { ExecutionRecord } from "../execution-record.ts";
import { executionData, executionKey, executions } from "../keys.ts";
import { machineArns } from "../listed-execution.ts";
import type { StatesOperation } from "../ports.ts";
import { redriveStatus } from "../redrivable.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html */
export const describeExecution: StatesOperation<"DescribeExecution"> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  const withData = input.includedData !== "METADATA_ONLY";
  return ctx.store.read((tx) => {
    const record = executions.get(tx, executionKey(id));
    if (record === undefined) {
      throw executionDoesNotExist(input.executionArn);
    }
    const data = (name: string): string | undefined =>
      executionData.get(tx, [...executionKey(id), name]);
    const output = record.status === "SUCCEEDED" ? data("output") : undefined;
    const text = withData ? data("input") : undefined;
    return {
      executionArn: executionArn(id),
      ...machineArns(id, record),
      name: id.name,
      status: record.status,
      startDate: new Date(record.startedMs),
      ...(record.stoppedMs !== undefined && { stopDate: new Date(record.stoppedMs) }),
      ...(text !== undefined && { input: text }),
      inputDetails: { included: withData },
      ...(output !== undefined && withData && { output }),
      ...(output !== undefined && { outputDetails: { included: withData } }),
      ...(record.failure?.error !== undefined && { error: record.failure.error }),
      ...(record.failure?.cause !== undefined && { cause: record.failure.cause }),
      ...(record.trace !== undefined && { traceHeader: record.trace }),
      ...(record.mapRun !== undefined && { mapRunArn: mapRunArn(id, record.mapRun.uuid) }),
      ...redriveOf(record, tx.nowMs),
    };
  });
};

function redriveOf(
  record: ExecutionRecord,
  nowMs: number,
): {
  redriveCount: number;
  redriveDate?: Date;
  redriveStatus: string;
  redriveStatusReason?: string;
} {
  const { status, reason } = redriveStatus(record, nowMs);
  return {
    redriveCount: record.redriveCount,
    ...(record.redrivenMs !== undefined && { redriveDate: new Date(record.redrivenMs) }),
    redriveStatus: status,
    ...(reason !== undefined && { redriveStatusReason: reason }),
  };
}
