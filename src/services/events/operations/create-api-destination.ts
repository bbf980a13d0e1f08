import { apiDestinationAlreadyExists } from "../errors.ts";
import {
  apiDestinationArn,
  apiDestinationKey,
  apiDestinations,
  putApiDestination,
  RATE_DEFAULT,
  stateOf,
} from "../http/api-destination.ts";
import { checkEndpoint } from "../http/endpoint.ts";
import type { EventsOperation } from "../ports.ts";

export const createApiDestination: EventsOperation<"CreateApiDestination"> = async (ctx, input) => {
  checkEndpoint(input.InvocationEndpoint);
  const { accountId, region, nowMs } = ctx;
  const id = { accountId, region, name: input.Name };
  return ctx.store.write((tx) => {
    if (apiDestinations.get(tx, apiDestinationKey(id)) !== undefined) {
      throw apiDestinationAlreadyExists(id.name);
    }
    const destination = {
      ...id,
      id: tx.random.uuid(),
      description: input.Description,
      connectionArn: input.ConnectionArn,
      endpoint: input.InvocationEndpoint,
      method: input.HttpMethod,
      rateMax: input.InvocationRateLimitPerSecond ?? RATE_DEFAULT,
      createdMs: nowMs,
      modifiedMs: nowMs,
    };
    putApiDestination(tx, destination);
    return {
      ApiDestinationArn: apiDestinationArn(destination),
      ApiDestinationState: stateOf(tx, destination),
      CreationTime: new Date(nowMs),
      LastModifiedTime: new Date(nowMs),
    };
  });
};
