import { machineArn } from "../arns.ts";
import { describedDefinition } from "../described-definition.ts";
import { describedSettings } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { existingTarget } from "../target.ts";

/**
 * By the ARN of a machine, or of a version, whose number is then part of the answer's ARN.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 */
export const describeStateMachine: StatesOperation<"DescribeStateMachine"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const { owner, machine, revision, version } = existingTarget(tx, input.stateMachineArn);
    const arn = machineArn(owner, machine.name);
    return {
      stateMachineArn: version === undefined ? arn : `${arn}:${version.number}`,
      name: machine.name,
      status: machine.status,
      ...describedDefinition(revision, input.includedData),
      roleArn: revision.roleArn,
      type: machine.type,
      creationDate: new Date(version?.createdMs ?? machine.createdMs),
      ...describedSettings(revision),
      ...(revision.revisionId !== undefined && { revisionId: revision.revisionId }),
      ...(version?.description !== undefined && { description: version.description }),
    };
  });
