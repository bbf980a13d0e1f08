import { noEventInvokeConfig } from "../errors.ts";
import { type EventInvokeConfig, givenConfig, shownConfig } from "../event-invoke-config.ts";
import { existingFunction } from "../function.ts";
import { functionReference, LATEST, qualifiedArn } from "../function-name.ts";
import { eventInvokeConfigs, qualifiedKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html */
export const updateFunctionEventInvokeConfig: LambdaOperation<
  "UpdateFunctionEventInvokeConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const given = givenConfig(reference, input, ctx.nowMs);
  const config = await ctx.store.write((tx): EventInvokeConfig => {
    existingFunction(tx, reference);
    const key = qualifiedKey(reference);
    const current = eventInvokeConfigs.get(tx, key);
    if (current === undefined) {
      throw noEventInvokeConfig(qualifiedArn(reference, reference.qualifier ?? LATEST));
    }
    const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
    const updated: EventInvokeConfig = {
      modifiedMs: given.modifiedMs,
      retryAttemptsMax: given.retryAttemptsMax ?? current.retryAttemptsMax,
      eventAgeSecondsMax: given.eventAgeSecondsMax ?? current.eventAgeSecondsMax,
      onSuccess: OnSuccess === undefined ? current.onSuccess : given.onSuccess,
      onFailure: OnFailure === undefined ? current.onFailure : given.onFailure,
    };
    eventInvokeConfigs.put(tx, key, updated);
    return updated;
  });
  return shownConfig(reference, config);
};
