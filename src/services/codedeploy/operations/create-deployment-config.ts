import { notSupported } from "../../../wire/aws-error.ts";
import { requireLambda } from "../application.ts";
import { PREDEFINED, requireOwnName, trafficOf } from "../deployment-config.ts";
import { configAlreadyExists } from "../errors.ts";
import { configs, ownerKey } from "../keys.ts";
import type { CodeDeployOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentConfig.html */
export const createDeploymentConfig: CodeDeployOperation<"CreateDeploymentConfig"> = async (
  ctx,
  input,
) => {
  const { deploymentConfigName: name, computePlatform } = input;
  if (PREDEFINED.has(name)) {
    throw configAlreadyExists(name);
  }
  requireOwnName(name);
  requireLambda("CreateDeploymentConfig", computePlatform);
  const foreign = (["minimumHealthyHosts", "zonalConfig"] as const).find(
    (member) => input[member] !== undefined,
  );
  if (foreign !== undefined) {
    throw notSupported("CreateDeploymentConfig", foreign);
  }
  const traffic = trafficOf(input.trafficRoutingConfig);
  return ctx.store.write((tx) => {
    const key = [...ownerKey(ctx), name];
    if (configs.get(tx, key) !== undefined) {
      throw configAlreadyExists(name);
    }
    const id = tx.random.uuid();
    configs.put(tx, key, { name, id, createdMs: tx.nowMs, traffic });
    return { deploymentConfigId: id };
  });
};
