import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { Output } from "../../../wire/operations.ts";
import { machineArn } from "../arns.ts";
import { checkDefinition } from "../definition.ts";
import { machineDeleting, machineExists, validationException } from "../errors.ts";
import { machines, ownedKey, revisions } from "../keys.ts";
import type { MachineRecord, MachineType, Revision, Version } from "../machine-record.ts";
import { encryptionOf, loggingOf, tagsOf } from "../machine-settings.ts";
import type { StatesContext, StatesOperation } from "../ports.ts";
import { publish } from "../publishing.ts";
import { checkName } from "../start.ts";
import { existingRevision } from "../target.ts";

/**
 * A request that is the same as an earlier one, but for role and tags, is answered like it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
export const createStateMachine: StatesOperation<"CreateStateMachine"> = async (ctx, input) => {
  checkName(input.name);
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw validationException("Version description can only be set when publish is true");
  }
  const type = (input.type ?? "STANDARD") as MachineType;
  checkDefinition(input.definition, "CreateStateMachine", { catalog: ctx.catalog, type });
  const arn = machineArn(ctx, input.name);
  const revision: Revision = {
    key: ctx.random.uuid(),
    revisionId: undefined,
    definition: input.definition,
    roleArn: input.roleArn,
    logging: loggingOf(input.loggingConfiguration),
    isTraced: input.tracingConfiguration?.enabled ?? false,
    encryption: encryptionOf(input.encryptionConfiguration),
    createdMs: ctx.nowMs,
  };
  const machine: MachineRecord = {
    name: input.name,
    type,
    status: "ACTIVE",
    createdMs: ctx.nowMs,
    revisionKey: revision.key,
    tags: tagsOf(input.tags, arn),
    lastVersion: 0,
  };
  return ctx.store.write((tx) => {
    const earlier = earlierMachine(tx, ctx, { machine, revision });
    if (earlier === undefined) {
      const key = ownedKey(ctx, input.name);
      machines.put(tx, key, machine);
      revisions.put(tx, [...key, revision.key], revision);
    }
    const version =
      input.publish === true
        ? published(tx, ctx, earlier ?? machine, input.versionDescription)
        : undefined;
    return answer(arn, earlier ?? machine, version);
  });
};

function published(
  tx: WriteTx,
  ctx: StatesContext,
  machine: MachineRecord,
  description: string | undefined,
): Version {
  return publish(tx, ctx, machine, description);
}

function answer(
  stateMachineArn: string,
  { createdMs }: MachineRecord,
  version: Version | undefined,
): Output<"states", "CreateStateMachine"> {
  return {
    stateMachineArn,
    creationDate: new Date(createdMs),
    ...(version !== undefined && {
      stateMachineVersionArn: `${stateMachineArn}:${version.number}`,
    }),
  };
}

function earlierMachine(
  tx: ReadTx,
  ctx: StatesContext,
  wanted: { readonly machine: MachineRecord; readonly revision: Revision },
): MachineRecord | undefined {
  const { name, type } = wanted.machine;
  const earlier = machines.get(tx, ownedKey(ctx, name));
  if (earlier === undefined) {
    return undefined;
  }
  const arn = machineArn(ctx, name);
  if (earlier.status === "DELETING") {
    throw machineDeleting(arn);
  }
  const revision = existingRevision(tx, ctx, name, earlier.revisionKey);
  if (earlier.type !== type || settingsText(revision) !== settingsText(wanted.revision)) {
    throw machineExists(arn);
  }
  return earlier;
}

function settingsText({ definition, logging, isTraced, encryption }: Revision): string {
  return JSON.stringify([definition, logging, isTraced, encryption]);
}
