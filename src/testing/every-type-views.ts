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

/** What of the REST API changes, resource by resource. */
export async function restOf({ call }: CloudFixture): Promise<readonly unknown[]> {
  const service = "apigateway";
  const { items: [api] = [] } = await call(service, "GetRestApis", {});
  const restApiId = api?.id ?? "";
  const { items = [] } = await call(service, "GetResources", { restApiId, embed: ["methods"] });
  const method = items.find(({ path }) => path === "/orders")?.resourceMethods?.["GET"];
  const { items: models } = await call(service, "GetModels", { restApiId });
  const { items: authorizers } = await call(service, "GetAuthorizers", { restApiId });
  const { item: stages } = await call(service, "GetStages", { restApiId });
  const deployed = await call(service, "GetDeployment", {
    restApiId,
    deploymentId: stages?.[0]?.deploymentId ?? "",
  });
  const { items: keys } = await call(service, "GetApiKeys", {});
  const { items: [plan] = [] } = await call(service, "GetUsagePlans", {});
  const planKeys = await call(service, "GetUsagePlanKeys", { usagePlanId: plan?.id ?? "" });
  const { responseTemplates } = await call(service, "GetGatewayResponse", {
    restApiId,
    responseType: "ACCESS_DENIED",
  });
  return [
    [api?.name, api?.minimumCompressionSize, api?.tags?.["a"]],
    method?.operationName,
    method?.methodIntegration?.integrationResponses?.["200"]?.responseTemplates,
    models?.flatMap(({ schema = "" }) => JSON.parse(schema).title ?? []),
    authorizers?.map(({ name }) => name),
    stages?.map(({ variables, methodSettings, tags }) => [
      variables,
      methodSettings?.["*/*"]?.throttlingBurstLimit,
      [tags?.["a"], tags?.["team"]],
    ]),
    deployed.description,
    keys?.map(({ description, tags }) => [description, tags?.["a"]]),
    [plan?.name, plan?.quota?.limit, plan?.tags?.["a"], planKeys.items?.length],
    responseTemplates,
  ];
}

/** The same as it has to be. */
export function restWanted(word: string, seconds: number): readonly unknown[] {
  const template = { "application/json": word };
  return [
    [word, seconds, word],
    word,
    template,
    ["Empty Schema", "Error Schema", word],
    [word],
    [[{ step: word }, seconds, [word, word]]],
    word,
    [[word, word]],
    [word, seconds, word, 1],
    template,
  ];
}
