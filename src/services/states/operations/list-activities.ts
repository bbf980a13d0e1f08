import { pageOf } from "../../pages.ts";
import { activityArn } from "../arns.ts";
import { activities, ownerKey } from "../keys.ts";
import { pageSize } from "../paging.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html */
export const listActivities: StatesOperation<"ListActivities"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const request = { token: input.nextToken, limit: pageSize(input.maxResults) };
    const page = pageOf(tx, { records: activities, prefix: ownerKey(ctx) }, request);
    return {
      activities: page.items.map(({ name, record }) => ({
        activityArn: activityArn(ctx, name),
        name,
        creationDate: new Date(record.createdMs),
      })),
      ...(page.token !== undefined && { nextToken: page.token }),
    };
  });
