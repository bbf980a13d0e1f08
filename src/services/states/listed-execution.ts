/** Executions in lists, and the machine an execution belongs to. */
import type { Output } from "../../wire/operations.ts";
import { executionArn, machineArn, mapRunArn } from "./arns.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import type { ExecutionId } from "./keys.ts";

type Listed = Output<"states", "ListExecutions">["executions"][number];

export function machineArns(
  id: ExecutionId,
  { version, alias }: ExecutionRecord,
): Pick<Listed, "stateMachineArn" | "stateMachineVersionArn" | "stateMachineAliasArn"> {
  const arn = machineArn(id, id.machine);
  return {
    stateMachineArn: arn,
    ...(version !== undefined && { stateMachineVersionArn: `${arn}:${version}` }),
    ...(alias !== undefined && { stateMachineAliasArn: `${arn}:${alias}` }),
  };
}

export function listedExecution(id: ExecutionId, record: ExecutionRecord): Listed {
  return {
    executionArn: executionArn(id),
    ...machineArns(id, record),
    name: id.name,
    status: record.status,
    startDate: new Date(record.startedMs),
    ...(record.stoppedMs !== undefined && { stopDate: new Date(record.stoppedMs) }),
    ...(record.mapRun !== undefined && {
      mapRunArn: mapRunArn(id, record.mapRun.uuid),
      itemCount: record.mapRun.items,
    }),
    redriveCount: record.redriveCount,
    ...(record.redrivenMs !== undefined && { redriveDate: new Date(record.redrivenMs) }),
  };
}
