import { busArn, busIdOf, requireBus } from "../bus.ts";
import { describedBus } from "../described.ts";
import type { EventsOperation } from "../ports.ts";

export const describeEventBus: EventsOperation<"DescribeEventBus"> = async (ctx, input) => {
  const id = busIdOf(ctx, input.Name);
  const bus = await ctx.store.read((tx) => requireBus(tx, id));
  return {
    ...describedBus(id, bus),
    Arn: busArn(id),
    KmsKeyIdentifier: bus.kmsKeyIdentifier,
    DeadLetterConfig: bus.deadLetterArn === undefined ? undefined : { Arn: bus.deadLetterArn },
  };
};
