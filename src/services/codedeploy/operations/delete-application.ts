import { applications, groups, ownerKey } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { removeGroup } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeleteApplication.html */
export const deleteApplication: CodeDeployOperation<"DeleteApplication"> = async (ctx, input) => {
  const { applicationName: name } = input;
  await ctx.store.write((tx) => {
    const owned = [...groups.list(tx, { prefix: [...ownerKey(ctx), name] })];
    for (const { record } of owned) {
      removeGroup(tx, ctx, record);
    }
    applications.delete(tx, [...ownerKey(ctx), name]);
  });
};
