/**
 * The errors of CodeDeploy. Where its words are not known, they are what the reference says of the
 * error.
 * Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

function refusal(code: string, message: string): AwsError {
  return new AwsError({ code, message });
}

export function applicationDoesNotExist(name: string): AwsError {
  return refusal("ApplicationDoesNotExistException", `No application found for name: ${name}`);
}

export function applicationAlreadyExists(name: string): AwsError {
  return refusal("ApplicationAlreadyExistsException", `${name} already exists`);
}

export function groupDoesNotExist(name: string): AwsError {
  return refusal(
    "DeploymentGroupDoesNotExistException",
    `No Deployment Group found for name: ${name}`,
  );
}

export function groupAlreadyExists(application: string, name: string): AwsError {
  return refusal(
    "DeploymentGroupAlreadyExistsException",
    `Deployment group name: ${name} already exists for application: ${application}`,
  );
}

export function groupNameRequired(): AwsError {
  return refusal("DeploymentGroupNameRequiredException", "Deployment Group name is missing");
}

export function applicationNameRequired(): AwsError {
  return refusal("ApplicationNameRequiredException", "Application name is missing");
}

export function configDoesNotExist(name: string): AwsError {
  return refusal(
    "DeploymentConfigDoesNotExistException",
    `No Deployment Configuration found for name: ${name}`,
  );
}

export function configAlreadyExists(name: string): AwsError {
  return refusal(
    "DeploymentConfigAlreadyExistsException",
    `Deployment Configuration ${name} already exists`,
  );
}

export function configInUse(name: string): AwsError {
  return refusal("DeploymentConfigInUseException", `The configuration ${name} is still in use`);
}

export function invalidConfigName(message: string): AwsError {
  return refusal("InvalidDeploymentConfigNameException", message);
}

export function invalidTrafficRouting(message: string): AwsError {
  return refusal("InvalidTrafficRoutingConfigurationException", message);
}

export function invalidDeploymentStyle(): AwsError {
  return refusal(
    "InvalidDeploymentStyleException",
    "For Lambda deployment group, please specify deploymentType as BLUE_GREEN and deploymentOption as WITH_TRAFFIC_CONTROL",
  );
}

export function invalidAlarms(message: string): AwsError {
  return refusal("InvalidAlarmConfigException", message);
}

export function tooManyAlarms(): AwsError {
  return refusal(
    "AlarmsLimitExceededException",
    "The maximum number of alarms for a deployment group was exceeded",
  );
}

export function invalidTrigger(message: string): AwsError {
  return refusal("InvalidTriggerConfigException", message);
}

export function tooManyTriggers(): AwsError {
  return refusal(
    "TriggerTargetsLimitExceededException",
    "The maximum allowed number of triggers was exceeded",
  );
}

export function revisionRequired(): AwsError {
  return refusal("RevisionRequiredException", "Revision is missing");
}

export function invalidRevision(message: string): AwsError {
  return refusal("InvalidRevisionException", message);
}

/** Source: https://github.com/CircleCI-Public/aws-ecs-orb/issues/181 */
export function deploymentIsActive(group: string, id: string): AwsError {
  return refusal(
    "DeploymentLimitExceededException",
    `The Deployment Group '${group}' already has an active Deployment '${id}'`,
  );
}

export function deploymentDoesNotExist(id: string): AwsError {
  return refusal("DeploymentDoesNotExistException", `The deployment ${id} could not be found`);
}

export function deploymentIdRequired(): AwsError {
  return refusal("DeploymentIdRequiredException", "Deployment ID is missing");
}

export function deploymentAlreadyCompleted(id: string, status: string): AwsError {
  return refusal(
    "DeploymentAlreadyCompletedException",
    `Deployment ${id} cannot be stopped because its status is: ${status}`,
  );
}

export function targetDoesNotExist(id: string): AwsError {
  return refusal(
    "DeploymentTargetDoesNotExistException",
    `The deployment target ${id} does not exist in the deployment`,
  );
}

export function tooManyTargets(): AwsError {
  return refusal(
    "DeploymentTargetListSizeExceededException",
    "The maximum number of targets that can be associated with a request is 25",
  );
}

export function batchLimitExceeded(): AwsError {
  return refusal(
    "BatchLimitExceededException",
    "The maximum number of names or IDs allowed for this request was exceeded",
  );
}

export function invalidHookStatus(): AwsError {
  return refusal(
    "InvalidLifecycleEventHookExecutionStatusException",
    "The result of a Lambda validation function that verifies a lifecycle event is invalid. It should return Succeeded or Failed.",
  );
}

export function invalidHookId(): AwsError {
  return refusal(
    "InvalidLifecycleEventHookExecutionIdException",
    "A lifecycle event hook is invalid. Review the hooks section in your AppSpec file to ensure the lifecycle events and hooks functions are valid.",
  );
}

export function hookAlreadyCompleted(): AwsError {
  return refusal(
    "LifecycleEventAlreadyCompletedException",
    "An attempt to return the status of an already completed lifecycle event occurred.",
  );
}

export function invalidNextToken(): AwsError {
  return refusal("InvalidNextTokenException", "The next token was specified in an invalid format.");
}

export function invalidArn(arn: string): AwsError {
  return refusal("InvalidArnException", `The specified ARN is not in a valid format: ${arn}`);
}

export function invalidTags(message: string): AwsError {
  return refusal("InvalidTagsToAddException", message);
}
