import { busArn, busIdOf, putBus, requireBus } from "../bus.ts";
import { refuseLogging } from "../log-config.ts";
import type { EventsOperation } from "../ports.ts";

/** Members that are left out stay as they are; an empty text removes. */
export const updateEventBus: EventsOperation<"UpdateEventBus"> = async (ctx, input) => {
  refuseLogging("UpdateEventBus", input.LogConfig);
  const id = busIdOf(ctx, input.Name);
  const bus = await ctx.store.write((tx) => {
    const before = requireBus(tx, id);
    const after = {
      ...before,
      modifiedMs: ctx.nowMs,
      description: changed(input.Description, before.description),
      kmsKeyIdentifier: changed(input.KmsKeyIdentifier, before.kmsKeyIdentifier),
      deadLetterArn:
        input.DeadLetterConfig === undefined ? before.deadLetterArn : input.DeadLetterConfig.Arn,
    };
    putBus(tx, id, after);
    return after;
  });
  return {
    Arn: busArn(id),
    Name: id.name,
    Description: bus.description,
    KmsKeyIdentifier: bus.kmsKeyIdentifier,
    DeadLetterConfig: bus.deadLetterArn === undefined ? undefined : { Arn: bus.deadLetterArn },
    LogConfig: input.LogConfig,
  };
};

function changed(given: string | undefined, before: string | undefined): string | undefined {
  return given === undefined ? before : given || undefined;
}
