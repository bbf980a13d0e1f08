import { machineArn } from "../arns.ts";
import { checkDefinition } from "../definition.ts";
import { machineDeleting, missingParameter, validationException } from "../errors.ts";
import { machines, ownedKey, revisions } from "../keys.ts";
import type { Revision } from "../machine-record.ts";
import { encryptionOf, loggingOf } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { publish } from "../publishing.ts";
import { existingMachine, existingRevision } from "../target.ts";

/**
 * Executions that run keep the definition and the role they began with.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 */
export const updateStateMachine: StatesOperation<"UpdateStateMachine"> = async (ctx, input) => {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
  const { encryptionConfiguration } = input;
  const given = [
    ...[definition, roleArn, loggingConfiguration, tracingConfiguration],
    encryptionConfiguration,
  ];
  if (given.every((value) => value === undefined)) {
    throw missingParameter(
      "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration " +
        "or the EncryptionConfiguration must be specified",
    );
  }
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw validationException("Version description can only be set when publish is true");
  }
  const logging = loggingOf(loggingConfiguration);
  const encryption = encryptionOf(encryptionConfiguration);
  const { type } = await ctx.store.read((tx) => existingMachine(tx, input.stateMachineArn));
  if (definition !== undefined) {
    checkDefinition(definition, "UpdateStateMachine", { catalog: ctx.catalog, type });
  }
  const fresh = { key: ctx.random.uuid(), revisionId: ctx.random.uuid(), createdMs: ctx.nowMs };
  return ctx.store.write((tx) => {
    const { owner, ...machine } = existingMachine(tx, input.stateMachineArn);
    if (machine.status === "DELETING") {
      throw machineDeleting(input.stateMachineArn);
    }
    const key = ownedKey(owner, machine.name);
    const revision: Revision = {
      ...existingRevision(tx, owner, machine.name, machine.revisionKey),
      ...fresh,
      ...(definition !== undefined && { definition }),
      ...(roleArn !== undefined && { roleArn }),
      ...(loggingConfiguration !== undefined && { logging }),
      ...(tracingConfiguration !== undefined && {
        isTraced: tracingConfiguration.enabled ?? false,
      }),
      ...(encryption !== undefined && { encryption }),
    };
    const updated = { ...machine, revisionKey: revision.key };
    revisions.put(tx, [...key, revision.key], revision);
    machines.put(tx, key, updated);
    const version =
      input.publish === true ? publish(tx, owner, updated, input.versionDescription) : undefined;
    return {
      updateDate: new Date(ctx.nowMs),
      revisionId: fresh.revisionId,
      ...(version !== undefined && {
        stateMachineVersionArn: `${machineArn(owner, machine.name)}:${version.number}`,
      }),
    };
  });
};
