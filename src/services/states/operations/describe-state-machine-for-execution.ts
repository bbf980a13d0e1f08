import { machineArn, mapRunArn, parseExecutionArn } from "../arns.ts";
import { describedDefinition } from "../described-definition.ts";
import { executionDoesNotExist } from "../errors.ts";
import { executionKey, executions, machineNameOf } from "../keys.ts";
import { describedSettings } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { existingRevision } from "../target.ts";

/**
 * The definition the execution runs by, whatever the machine's is now.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html
 */
export const describeStateMachineForExecution: StatesOperation<
  "DescribeStateMachineForExecution"
> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  return ctx.store.read((tx) => {
    const record = executions.get(tx, executionKey(id));
    if (record === undefined) {
      throw executionDoesNotExist(input.executionArn);
    }
    const revision = existingRevision(tx, id, machineNameOf(id), record.revisionKey);
    return {
      stateMachineArn: machineArn(id, id.machine),
      name: id.machine,
      ...describedDefinition(revision, input.includedData),
      roleArn: revision.roleArn,
      updateDate: new Date(revision.createdMs),
      ...describedSettings(revision),
      ...(record.mapRun !== undefined && {
        mapRunArn: mapRunArn(id, record.mapRun.uuid),
        label: id.machine.split("/")[1],
      }),
      ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
    };
  });
};
