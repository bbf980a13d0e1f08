/**
 * How traffic moves to a new version. `AllAtOnce` moves the alias, which is what a deployment does
 * anyway; every other type is work of CodeDeploy, and refused by its name.
 * Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html
 */
import { isObject, type Value } from "../../languages/template/value.ts";
import { resourceError, samNotSupported } from "./sam-error.ts";
import type { SamResource } from "./sam-resource.ts";

const AT_ONCE = ["AllAtOnce", "CodeDeployDefault.LambdaAllAtOnce"];
/** What CodeDeploy does besides. */
const REFUSED = ["Alarms", "Hooks", "TriggerConfigurations"];
/** Of the deployment group that there is none of. */
const WITHOUT_EFFECT = ["Enabled", "PassthroughCondition", "Role", "Type"];

export function checkDeploymentPreference(
  resource: SamResource,
  parameter: (value: Value | undefined) => Value | undefined,
): void {
  const { logicalId, properties } = resource;
  const preference = properties["DeploymentPreference"];
  if (!isObject(preference)) {
    return;
  }
  const enabled = parameter(preference["Enabled"]);
  if (enabled === false || enabled === "false" || enabled === "False") {
    return;
  }
  const type = parameter(preference["Type"]);
  if (type === undefined) {
    throw resourceError(logicalId, "'DeploymentPreference' is missing required Property 'Type'");
  }
  if (properties["AutoPublishAlias"] === undefined) {
    throw resourceError(
      logicalId,
      "'DeploymentPreference' requires AutoPublishAlias property to be specified.",
    );
  }
  if (typeof type !== "string" || !AT_ONCE.includes(type)) {
    const name = typeof type === "string" ? type : JSON.stringify(type);
    throw samNotSupported(`DeploymentPreference of type ${name}`, logicalId);
  }
  const given = Object.keys(preference);
  const unknown = given.find((name) => !WITHOUT_EFFECT.includes(name) && !REFUSED.includes(name));
  const refused = unknown ?? given.find((name) => REFUSED.includes(name));
  if (refused !== undefined) {
    throw samNotSupported(`property ${refused} of DeploymentPreference`, logicalId);
  }
}
