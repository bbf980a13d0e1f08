import { pageOf } from "../../pages.ts";
import { machineArn } from "../arns.ts";
import { machines, ownerKey } from "../keys.ts";
import { pageSize } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html */
export const listStateMachines: StatesOperation<"ListStateMachines"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const request = { token: input.nextToken, limit: pageSize(input.maxResults) };
    const page = pageOf(tx, { records: machines, prefix: ownerKey(ctx) }, request);
    return {
      stateMachines: page.items.map(({ name, record }) => ({
        stateMachineArn: machineArn(ctx, name),
        name,
        type: record.type,
        creationDate: new Date(record.createdMs),
      })),
      ...(page.token !== undefined && { nextToken: page.token }),
    };
  });
