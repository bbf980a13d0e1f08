import {
  apiDestinationArn,
  putApiDestination,
  requireApiDestination,
  stateOf,
} from "../http/api-destination.ts";
import { checkEndpoint } from "../http/endpoint.ts";
import type { EventsOperation } from "../ports.ts";

/** Members that are left out stay as they are. */
export const updateApiDestination: EventsOperation<"UpdateApiDestination"> = async (ctx, input) => {
  if (input.InvocationEndpoint !== undefined) {
    checkEndpoint(input.InvocationEndpoint);
  }
  const { accountId, region, nowMs } = ctx;
  return ctx.store.write((tx) => {
    const before = requireApiDestination(tx, { accountId, region, name: input.Name });
    const after = {
      ...before,
      description: input.Description ?? before.description,
      connectionArn: input.ConnectionArn ?? before.connectionArn,
      endpoint: input.InvocationEndpoint ?? before.endpoint,
      method: input.HttpMethod ?? before.method,
      rateMax: input.InvocationRateLimitPerSecond ?? before.rateMax,
      modifiedMs: nowMs,
    };
    putApiDestination(tx, after);
    return {
      ApiDestinationArn: apiDestinationArn(after),
      ApiDestinationState: stateOf(tx, after),
      CreationTime: new Date(after.createdMs),
      LastModifiedTime: new Date(nowMs),
    };
  });
};
