import { notSupported } from "../../../wire/aws-error.ts";
import { busArn, busIdOf, findBus, putBus } from "../bus.ts";
import { busAlreadyExists, validationException } from "../errors.ts";
import { refuseLogging } from "../log-config.ts";
import type { EventsOperation } from "../ports.ts";
import { withTags } from "../tags.ts";

export const createEventBus: EventsOperation<"CreateEventBus"> = async (ctx, input) => {
  if (input.EventSourceName !== undefined) {
    throw notSupported("CreateEventBus", "EventSourceName");
  }
  refuseLogging("CreateEventBus", input.LogConfig);
  if (input.Name.includes("/")) {
    throw validationException("Event bus name must not contain '/'.");
  }
  const id = busIdOf(ctx, input.Name);
  const tags = withTags({}, input.Tags ?? []);
  await ctx.store.write((tx) => {
    if (findBus(tx, id) !== undefined) {
      throw busAlreadyExists(id.name);
    }
    putBus(tx, id, {
      createdMs: ctx.nowMs,
      modifiedMs: ctx.nowMs,
      description: input.Description,
      kmsKeyIdentifier: input.KmsKeyIdentifier,
      deadLetterArn: input.DeadLetterConfig?.Arn,
      tags,
      revision: 0,
      stamp: "",
    });
  });
  return {
    EventBusArn: busArn(id),
    Description: input.Description,
    KmsKeyIdentifier: input.KmsKeyIdentifier,
    DeadLetterConfig: input.DeadLetterConfig,
    LogConfig: input.LogConfig,
  };
};
