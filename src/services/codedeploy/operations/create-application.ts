import { requireLambda } from "../application.ts";
import { applicationAlreadyExists } from "../errors.ts";
import { applications, ownerKey } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";
import { withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateApplication.html */
export const createApplication: CodeDeployOperation<"CreateApplication"> = async (ctx, input) => {
  const { applicationName: name } = input;
  requireLambda("CreateApplication", input.computePlatform);
  return ctx.store.write((tx) => {
    const key = [...ownerKey(ctx), name];
    if (applications.get(tx, key) !== undefined) {
      throw applicationAlreadyExists(name);
    }
    const id = tx.random.uuid();
    const tags = withTags({}, input.tags);
    applications.put(tx, key, { name, id, createdMs: tx.nowMs, tags });
    return { applicationId: id };
  });
};
