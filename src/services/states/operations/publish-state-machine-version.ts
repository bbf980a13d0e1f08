import { machineArn } from "../arns.ts";
import { conflict, machineDeleting } from "../errors.ts";
import type { StatesOperation } from "../ports.ts";
import { publish } from "../publishing.ts";
import { existingMachine, existingRevision } from "../target.ts";

/** How a request names the revision of a machine that was never updated. */
const INITIAL = "INITIAL";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html */
export const publishStateMachineVersion: StatesOperation<"PublishStateMachineVersion"> = async (
  ctx,
  input,
) =>
  ctx.store.write((tx) => {
    const { owner, ...machine } = existingMachine(tx, input.stateMachineArn);
    if (machine.status === "DELETING") {
      throw machineDeleting(input.stateMachineArn);
    }
    const revision = existingRevision(tx, owner, machine.name, machine.revisionKey);
    const current = revision.revisionId ?? INITIAL;
    if (input.revisionId !== undefined && input.revisionId !== current) {
      throw conflict(
        `Failed to publish the State Machine version for revision ${input.revisionId}. The ` +
          `current State Machine revision is ${current}.`,
      );
    }
    const { number, createdMs } = publish(tx, owner, machine, input.description);
    return {
      creationDate: new Date(createdMs),
      stateMachineVersionArn: `${machineArn(owner, machine.name)}:${number}`,
    };
  });
