import { mapRuns, ownedKey } from "../keys.ts";
import { existingMapRun } from "../map-run/described.ts";
import { withMoreStarted } from "../map-run/progress.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html */
export const updateMapRun: StatesOperation<"UpdateMapRun"> = async (ctx, input) => {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
  await ctx.store.write((tx) => {
    const run = existingMapRun(tx, input.mapRunArn);
    const updated = {
      ...run,
      ...(maxConcurrency !== undefined && { maxConcurrency }),
      ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
      ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
    };
    const isRunning = run.stage === "running";
    const next = isRunning ? withMoreStarted(tx, updated) : updated;
    mapRuns.put(tx, ownedKey(run.execution, run.uuid), next);
  });
  return {};
};
