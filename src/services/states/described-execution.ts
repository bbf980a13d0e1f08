/**
 * An execution as the task of another one gets it that waited for it: what `DescribeExecution`
 * answers, with names that begin with a capital and times in ms.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
import type { Json } from "../../languages/asl/data/scope.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import type { LoadedExecution } from "./loaded-execution.ts";
import { redriveStatus } from "./redrivable.ts";

export function describedExecution(
  loaded: Pick<LoadedExecution, "info" | "id">,
  ended: {
    readonly record: ExecutionRecord;
    readonly output: string | undefined;
    /** With 2, input and output are JSON; with 1 the text of it. */
    readonly syncVersion: 1 | 2;
  },
): Json {
  const { info } = loaded;
  const { record, output, syncVersion } = ended;
  const payload = (text: string): Json => (syncVersion === 2 ? (JSON.parse(text) as Json) : text);
  const { failure } = record;
  const redrive = redriveStatus(record, record.stoppedMs ?? record.startedMs);
  return {
    ExecutionArn: info.arn,
    Input: payload(info.input.text),
    InputDetails: { Included: true },
    Name: info.name,
    ...(output !== undefined && { Output: payload(output), OutputDetails: { Included: true } }),
    ...(failure?.error !== undefined && { Error: failure.error }),
    ...(failure?.cause !== undefined && { Cause: failure.cause }),
    RedriveCount: record.redriveCount,
    RedriveStatus: redrive.status,
    ...(redrive.reason !== undefined && { RedriveStatusReason: redrive.reason }),
    StartDate: record.startedMs,
    StateMachineArn: info.machineArn,
    Status: record.status,
    ...(record.stoppedMs !== undefined && { StopDate: record.stoppedMs }),
  };
}
