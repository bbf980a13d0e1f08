import { pageOf } from "../../pages.ts";
import { executionArn, machineArn, parseExecutionArn } from "../arns.ts";
import { executionDoesNotExist } from "../errors.ts";
import { executionKey, executions, mapRuns, mapRunsOf, ownedKey } from "../keys.ts";
import { arnOfRun } from "../map-run/described.ts";
import { pageSize } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html */
export const listMapRuns: StatesOperation<"ListMapRuns"> = async (ctx, input) => {
  const id = parseExecutionArn(input.executionArn);
  return ctx.store.read((tx) => {
    const prefix = executionKey(id);
    if (executions.get(tx, prefix) === undefined) {
      throw executionDoesNotExist(input.executionArn);
    }
    const request = { token: input.nextToken, limit: pageSize(input.maxResults) };
    const page = pageOf(tx, { records: mapRunsOf, prefix }, request);
    const runs = page.items.flatMap(({ name }) => mapRuns.get(tx, ownedKey(id, name)) ?? []);
    return {
      mapRuns: runs.map((run) => ({
        executionArn: executionArn(id),
        mapRunArn: arnOfRun(run),
        stateMachineArn: machineArn(id, `${id.machine}/${run.label}`),
        startDate: new Date(run.startedMs),
        ...(run.stoppedMs !== undefined && { stopDate: new Date(run.stoppedMs) }),
      })),
      ...(page.token !== undefined && { nextToken: page.token }),
    };
  });
};
