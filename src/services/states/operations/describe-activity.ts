import { parseActivityArn } from "../arns.ts";
import { activityDoesNotExist } from "../errors.ts";
import { activities, ownedKey } from "../keys.ts";
import type { StatesOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html */
export const describeActivity: StatesOperation<"DescribeActivity"> = async (ctx, input) => {
  const { name, ...owner } = parseActivityArn(input.activityArn);
  return ctx.store.read((tx) => {
    const activity = activities.get(tx, ownedKey(owner, name));
    if (activity === undefined) {
      throw activityDoesNotExist(input.activityArn);
    }
    return {
      activityArn: input.activityArn,
      name,
      creationDate: new Date(activity.createdMs),
      encryptionConfiguration: activity.encryption ?? { type: "AWS_OWNED_KEY" },
    };
  });
};
