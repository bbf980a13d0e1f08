import { activityArn } from "../arns.ts";
import { activityExists } from "../errors.ts";
import { activities, ownedKey } from "../keys.ts";
import { encryptionOf, tagsOf } from "../machine-settings.ts";
import type { StatesOperation } from "../ports.ts";
import { checkName } from "../start.ts";

/**
 * Creating one that exists answers with it, unless it is to be encrypted otherwise.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html
 */
export const createActivity: StatesOperation<"CreateActivity"> = async (ctx, input) => {
  checkName(input.name);
  const arn = activityArn(ctx, input.name);
  const tags = tagsOf(input.tags, arn);
  const encryption = encryptionOf(input.encryptionConfiguration);
  return ctx.store.write((tx) => {
    const key = ownedKey(ctx, input.name);
    const earlier = activities.get(tx, key);
    if (earlier === undefined) {
      activities.put(tx, key, { name: input.name, createdMs: ctx.nowMs, tags, encryption });
    } else if (JSON.stringify(earlier.encryption) !== JSON.stringify(encryption)) {
      throw activityExists(arn);
    }
    return { activityArn: arn, creationDate: new Date(earlier?.createdMs ?? ctx.nowMs) };
  });
};
