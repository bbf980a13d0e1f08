/** What services say of what the template of every type makes, for what takes several questions. */
import type { CloudFixture } from "./cloud-fixture.ts";

/** Of the stack, by name. */
export type Outputs = Readonly<Record<string, string>>;

/** The key of the stream, its tags, those of its consumer, and its policy. */
export async function clicksOf({ call }: CloudFixture): Promise<readonly unknown[]> {
  const { StreamDescriptionSummary: stream } = await call("kinesis", "DescribeStreamSummary", {
    StreamName: "clicks",
  });
  const { StreamARN } = stream;
  const { Consumers: [reader] = [] } = await call("kinesis", "ListStreamConsumers", { StreamARN });
  const tags = async (ResourceARN = "") =>
    (await call("kinesis", "ListTagsForResource", { ResourceARN })).Tags?.map(({ Value }) => Value);
  const { Policy } = await call("kinesis", "GetResourcePolicy", { ResourceARN: StreamARN });
  return [
    stream.KeyId,
    await tags(StreamARN),
    await tags(reader?.ConsumerARN),
    JSON.parse(Policy).Statement[0].Sid,
  ];
}

/** The trigger of the deployment group, and what is tagged. */
export async function shiftsOf(
  { call }: CloudFixture,
  outputs: Outputs,
): Promise<readonly unknown[]> {
  const { Shifts: applicationName = "", ShiftsOfLive: deploymentGroupName = "" } = outputs;
  const { deploymentGroupInfo } = await call("codedeploy", "GetDeploymentGroup", {
    applicationName,
    deploymentGroupName,
  });
  const arn = "arn:aws:codedeploy:us-east-1:000000000000";
  const tags = async (resource: string): Promise<unknown> =>
    (await call("codedeploy", "ListTagsForResource", { ResourceArn: `${arn}:${resource}` })).Tags;
  return [
    deploymentGroupInfo?.triggerConfigurations?.[0]?.triggerName,
    await tags(`application:${applicationName}`),
    await tags(`deploymentgroup:${applicationName}/${deploymentGroupName}`),
  ];
}

export async function machineOf({ call }: CloudFixture): Promise<readonly unknown[]> {
  const { stateMachines: [machine] = [] } = await call("states", "ListStateMachines", {});
  const stateMachineArn = machine?.stateMachineArn ?? "";
  const { definition } = await call("states", "DescribeStateMachine", { stateMachineArn });
  const versions = await call("states", "ListStateMachineVersions", { stateMachineArn });
  const { activities } = await call("states", "ListActivities", {});
  return [
    JSON.parse(definition).States.Done.Result,
    versions.stateMachineVersions.length,
    activities.length,
  ];
}

export async function connectionOf({ call }: CloudFixture): Promise<unknown> {
  const { Connections: [connection] = [] } = await call("events", "ListConnections", {});
  const { AuthParameters } = await call("events", "DescribeConnection", {
    Name: connection?.Name ?? "",
  });
  return AuthParameters?.ApiKeyAuthParameters?.ApiKeyName;
}

/** The bound, the policy and the scheduled actions of the scalable target. */
export async function scalingOf({ call }: CloudFixture): Promise<readonly unknown[]> {
  const dynamodb = { ServiceNamespace: "dynamodb" };
  const service = "applicationautoscaling";
  const { ScalableTargets } = await call(service, "DescribeScalableTargets", dynamodb);
  const { ScalingPolicies } = await call(service, "DescribeScalingPolicies", dynamodb);
  const { ScheduledActions } = await call(service, "DescribeScheduledActions", dynamodb);
  return [
    ScalableTargets?.[0]?.MaxCapacity,
    ScalingPolicies?.[0]?.TargetTrackingScalingPolicyConfiguration?.TargetValue,
    ScheduledActions?.map(({ ScheduledActionName: name }) => name),
  ];
}
