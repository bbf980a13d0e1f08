/** Every type against the real services: made, changed, and gone again. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTemplate } from "../../languages/template/parse.ts";
import { readTemplate } from "../../languages/template/template.ts";
import { type CloudFixture, createCloudFixture } from "../../testing/cloud-fixture.ts";
import {
  clicksOf,
  connectionOf,
  machineOf,
  type Outputs,
  restOf,
  restWanted,
  scalingOf,
  shiftsOf,
} from "../../testing/every-type-views.ts";
import type { Input } from "../../wire/operations.ts";
import { RESOURCE_TYPES } from "./registry.ts";

const TEMPLATE = readFileSync(new URL("./cases/every-type.yaml", import.meta.url), "utf8");
const CAPABILITIES = ["CAPABILITY_NAMED_IAM"];
let cloud: CloudFixture;

beforeEach(async () => {
  cloud = await createCloudFixture();
});

afterEach(() => cloud.stop());

/** Waits for this status, and gives the stack's outputs. */
async function settledAs(stackId: string, status: string): Promise<Outputs> {
  const stack = await cloud.settled(stackId);
  expect([stack.status, ...stack.failures]).toEqual([status]);
  return stack.outputs;
}

/** What the services say of what the stack made. */
async function observed(outputs: Outputs) {
  const { call } = cloud;
  const of = (name: string): string => outputs[name] ?? "";
  const FunctionName = of("Worker");
  const RoleName = of("Role");
  const attributes = (QueueUrl: string) =>
    call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
  const worker = await call("lambda", "GetFunction", { FunctionName });
  const queue = (await attributes(of("Queue"))).Attributes;
  const topic = await call("sns", "GetTopicAttributes", { TopicArn: of("Topic") });
  const subscription = await call("sns", "GetSubscriptionAttributes", {
    SubscriptionArn: of("Subscription"),
  });
  const table = { TableName: of("Table") };
  const policies = await call("iam", "ListRolePolicies", { RoleName });
  const managed = await call("iam", "GetPolicy", { PolicyArn: of("Managed") });
  const version = await call("iam", "GetPolicyVersion", {
    PolicyArn: of("Managed"),
    VersionId: managed.Policy?.DefaultVersionId ?? "",
  });
  const rule = of("Rule").split("/").at(-1) ?? "";
  const groups = await call("logs", "DescribeLogGroups", { logGroupNamePrefix: of("Group") });
  const { subscriptionFilters } = await call("logs", "DescribeSubscriptionFilters", {
    logGroupName: of("Group"),
  });
  const api = await call("apigatewayv2", "GetApi", { ApiId: of("Api") });
  const routes = await call("apigatewayv2", "GetRoutes", { ApiId: of("Api") });
  const stage = await call("apigatewayv2", "GetStage", { ApiId: of("Api"), StageName: "live" });
  const imported = await call("apigatewayv2", "GetApi", { ApiId: of("Imported") });
  const mapping = await call("lambda", "GetEventSourceMapping", { UUID: of("Mapping") });
  const bus = { EventBusName: "shop" };
  const nightly = await call("scheduler", "GetSchedule", {
    Name: of("Nightly").split("/").at(-1) ?? "",
    GroupName: "shop",
  });
  const schedules = await call("scheduler", "ListTagsForResource", {
    ResourceArn: of("Schedules"),
  });
  const pipe = await call("pipes", "DescribePipe", { Name: of("Pipe").split("/").at(-1) ?? "" });
  return {
    nightly: [
      nightly.Description,
      nightly.FlexibleTimeWindow?.MaximumWindowInMinutes,
      nightly.Target?.Input,
    ],
    schedules: Object.fromEntries((schedules.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    pipe: [
      pipe.CurrentState,
      pipe.Description,
      pipe.SourceParameters?.SqsQueueParameters?.BatchSize,
      pipe.TargetParameters?.InputTemplate,
    ],
    pipeTags: pipe.Tags,
    queue: [queue?.["VisibilityTimeout"], queue?.["Policy"]?.match(/"Sid":"(\w+)"/)?.[1]],
    queueTags: (await call("sqs", "ListQueueTags", { QueueUrl: of("Queue") })).Tags,
    topic: [topic.Attributes?.["DisplayName"], topic.Attributes?.["SubscriptionsConfirmed"]],
    filter: subscription.Attributes?.["FilterPolicy"],
    timeToLive: (await call("dynamodb", "DescribeTimeToLive", table)).TimeToLiveDescription
      ?.AttributeName,
    scaling: await scalingOf(cloud),
    machine: await machineOf(cloud),
    rule: (await call("events", "DescribeRule", { Name: rule, ...bus })).EventPattern,
    targets: (await call("events", "ListTargetsByRule", { Rule: rule, ...bus })).Targets?.map(
      ({ Id }) => Id,
    ),
    busPolicy: (await call("events", "DescribeEventBus", { Name: "shop" })).Policy?.match(
      /"AWS":"(\d+)"/,
    )?.[1],
    archives: (await call("events", "ListArchives", {})).Archives?.map(
      ({ RetentionDays }) => RetentionDays,
    ),
    connection: await connectionOf(cloud),
    apiDestinations: (await call("events", "ListApiDestinations", {})).ApiDestinations?.map(
      ({ InvocationEndpoint }) => InvocationEndpoint,
    ),
    schema: (await call("schemas", "DescribeSchema", { RegistryName: "shop", SchemaName: "order" }))
      .Content,
    registry: (await call("schemas", "DescribeRegistry", { RegistryName: "shop" })).Tags,
    discoverer: (
      await call("schemas", "DescribeDiscoverer", { DiscovererId: "events-event-bus-shop" })
    ).Description,
    role: (await call("iam", "GetRole", { RoleName })).Role?.Description,
    rolePolicies: policies.PolicyNames,
    attached: (await call("iam", "ListAttachedRolePolicies", { RoleName })).AttachedPolicies
      ?.length,
    managed: decodeURIComponent(version.PolicyVersion?.Document ?? "").match(/"Sid":"(\w+)"/)?.[1],
    worker: [worker.Configuration?.Timeout, worker.Configuration?.Environment?.Variables],
    workerTags: worker.Tags,
    reserved: worker.Concurrency?.ReservedConcurrentExecutions,
    batchSize: mapping.BatchSize,
    retention: groups.logGroups?.[0]?.retentionInDays,
    shipped: subscriptionFilters?.map(({ filterPattern }) => filterPattern),
    parameter: (await call("ssm", "GetParameter", { Name: "/shop/limit" })).Parameter?.Value,
    api: [api.Name, api.Tags?.["a"], imported.Name],
    routes: routes.Items?.map(({ RouteKey, OperationName }) => [RouteKey, OperationName]),
    stage: [stage.StageVariables, stage.Tags],
    clicks: await clicksOf(cloud),
    shifts: await shiftsOf(cloud, outputs),
    rest: await restOf(cloud),
  };
}

/** What has to be seen when `Step` is `word`. */
function wanted(
  word: string,
  values: { readonly seconds: number; readonly days: number; readonly tag: string },
) {
  const { seconds, days, tag } = values;
  return {
    nightly: [word, seconds, word],
    schedules: { a: word, team: word },
    pipe: ["RUNNING", word, days, `{"step": "${word}"}`],
    pipeTags: { a: word, team: word },
    queue: [`${seconds}`, word],
    queueTags: { a: tag, team: word },
    topic: [word === "one" ? "first" : "second", "2"],
    filter: JSON.stringify({ color: [word === "one" ? "red" : "blue"] }),
    timeToLive: "expires",
    machine: [word, 1, 1],
    scaling: [seconds, word === "one" ? 50 : 60, [word]],
    rule: JSON.stringify({ source: [word] }),
    targets: [word],
    busPolicy: word === "one" ? "111111111111" : "222222222222",
    archives: [days],
    connection: word,
    apiDestinations: [`https://example.com/${word}`],
    schema: JSON.stringify({ type: "object", title: word }),
    registry: { a: word, team: word },
    discoverer: word,
    role: word,
    rolePolicies: ["inline", word],
    attached: 2,
    managed: word,
    worker: [seconds, { STEP: word }],
    workerTags: { a: word, team: word },
    reserved: seconds,
    batchSize: days,
    retention: days,
    shipped: [word],
    parameter: word,
    api: [word, word, word],
    routes: [["GET /orders", word]],
    stage: [{ step: word }, { a: word, team: word }],
    clicks: [word, [word, word], [word, word], word],
    shifts: [
      word,
      [
        { Key: "team", Value: word },
        { Key: "a", Value: word },
      ],
      [
        { Key: "team", Value: word },
        { Key: "a", Value: word },
      ],
    ],
    rest: restWanted(word, seconds),
  };
}

test("the template has a resource of every type", () => {
  const { resources } = readTemplate(parseTemplate(TEMPLATE));
  const used = new Set(Object.values(resources).map(({ type }) => type));
  const missing = [...RESOURCE_TYPES.keys()].filter((type) => !used.has(type));
  expect(missing).toEqual([
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::S3::BucketPolicy",
  ]);
});

const ONE = { seconds: 10, days: 1, tag: "b" };
const TWO = { seconds: 20, days: 3, tag: "c" };

function deployment(step: "one" | "two"): Input<"cloudformation", "UpdateStack"> {
  return {
    StackName: "shop",
    TemplateBody: TEMPLATE,
    Capabilities: CAPABILITIES,
    Parameters: [{ ParameterKey: "Step", ParameterValue: step }],
    Tags: [{ Key: "team", Value: step }],
  };
}

test("every type is made, changed and removed", async () => {
  const { call } = cloud;
  const { StackId = "" } = await cloud.deploy("CreateStack", deployment("one"));
  const made = await settledAs(StackId, "CREATE_COMPLETE");
  expect(await observed(made)).toEqual(wanted("one", ONE));
  await cloud.deploy("UpdateStack", deployment("two"));
  const changed = await settledAs(StackId, "UPDATE_COMPLETE");
  expect(await observed(changed)).toEqual(wanted("two", TWO));
  expect(changed).toEqual(made);
  await call("cloudformation", "DeleteStack", { StackName: "shop" });
  await settledAs(StackId, "DELETE_COMPLETE");
  expect(await everything()).toEqual(["default"]);
});

/** Most templates have no tags, and `millrace dev` gives the stack none. */
test("every type is made without any tags", async () => {
  const withoutTags = TEMPLATE.replaceAll(/Tags: (\[\{.*?\}\]|\{.*?\}),?/g, "");
  expect(withoutTags).not.toContain("Tags:");
  const { Tags, ...untagged } = deployment("one");
  const { StackId = "" } = await cloud.deploy("CreateStack", {
    ...untagged,
    TemplateBody: withoutTags,
  });
  await settledAs(StackId, "CREATE_COMPLETE");
});

/** The names of all that exists. */
async function everything(): Promise<readonly unknown[]> {
  const { call } = cloud;
  const answers: readonly object[] = await Promise.all([
    call("events", "ListEventBuses", {}),
    call("events", "ListArchives", {}),
    call("events", "ListConnections", {}),
    call("events", "ListApiDestinations", {}),
    call("schemas", "ListRegistries", { RegistryNamePrefix: "s" }),
    call("schemas", "ListDiscoverers", {}),
    call("sqs", "ListQueues", {}),
    call("sns", "ListTopics", {}),
    call("sns", "ListSubscriptions", {}),
    call("dynamodb", "ListTables", {}),
    call("lambda", "ListFunctions", {}),
    call("lambda", "ListCodeSigningConfigs", {}),
    call("lambda", "ListEventSourceMappings", {}),
    call("iam", "ListRoles", {}),
    call("iam", "ListPolicies", { Scope: "Local" }),
    call("apigatewayv2", "GetApis", {}),
    call("apigateway", "GetRestApis", {}),
    call("apigateway", "GetApiKeys", {}),
    call("apigateway", "GetUsagePlans", {}),
    call("s3", "ListBuckets", {}),
    call("logs", "DescribeLogGroups", {}),
    call("ssm", "DescribeParameters", {}),
    call("secretsmanager", "ListSecrets", { IncludePlannedDeletion: true }),
    call("scheduler", "ListScheduleGroups", { NamePrefix: "shop" }),
    call("scheduler", "ListSchedules", {}),
    call("pipes", "ListPipes", {}),
    call("states", "ListStateMachines", {}),
    call("states", "ListActivities", {}),
  ]);
  return answers
    .flatMap((answer) => Object.values(answer).filter(Array.isArray).flat())
    .map(
      (item) =>
        item.Name ??
        item.FunctionName ??
        item.TopicArn ??
        item.RoleName ??
        item.PolicyName ??
        item.logGroupName ??
        item,
    );
}

/** Only every so many calls are struck, for the suite's speed. */
const CALL_STRIDE = 8;
/** How often it is asked whether something is ready is chance: a run may have so many calls less. */
const POLL_COUNT = 8;

/** Runs `strike` for many calls of a deployment, each in a cloud of its own. */
async function forCallsOf(
  operation: "CreateStack" | "UpdateStack",
  strike: (callNumber: number) => Promise<void>,
): Promise<void> {
  const prepare = async (): Promise<void> => {
    if (operation === "UpdateStack") {
      await cloud.deploy("CreateStack", deployment("one"));
      await settledAs("shop", "CREATE_COMPLETE");
    }
  };
  const step = operation === "CreateStack" ? "one" : "two";
  await prepare();
  const countMin = cloud.callCount();
  await cloud.deploy(operation, deployment(step));
  await cloud.settled("shop");
  const countMax = cloud.callCount();
  const callCount = countMax - countMin - POLL_COUNT;
  for (let offset = 0; offset < callCount; offset += CALL_STRIDE) {
    await cloud.stop();
    cloud = await createCloudFixture();
    await prepare();
    await strike(cloud.callCount() + offset);
  }
}

const ADVANCE_MS = 100;

/** The engine that dies never answers `begin`, which waits a while for the stack to come to rest. */
async function dieAt(callNumber: number, begin: () => Promise<unknown>): Promise<void> {
  cloud.dieAt(callNumber);
  void begin();
  while (!cloud.isDead()) {
    await cloud.advance(ADVANCE_MS);
  }
}

test("a creation cut off at any call is finished by another engine, and made once", async () => {
  await cloud.deploy("CreateStack", deployment("one"));
  await settledAs("shop", "CREATE_COMPLETE");
  const made = (await everything()).length;
  await cloud.stop();
  cloud = await createCloudFixture();
  await forCallsOf("CreateStack", async (at) => {
    await dieAt(at, () => cloud.call("cloudformation", "CreateStack", deployment("one")));
    cloud.restart();
    const outputs = await settledAs("shop", "CREATE_COMPLETE");
    expect([at, (await everything()).length]).toEqual([at, made]);
    expect(await observed(outputs)).toEqual(wanted("one", ONE));
  });
});

test("a creation that fails at any call leaves nothing", async () => {
  await forCallsOf("CreateStack", async (at) => {
    cloud.failAt(at);
    await cloud.deploy("CreateStack", deployment("one"));
    const { status } = await cloud.settled("shop");
    expect([at, status, ...(await everything())]).toEqual([at, "ROLLBACK_COMPLETE", "default"]);
  });
});

test("an update cut off at any call is finished by another engine", async () => {
  await forCallsOf("UpdateStack", async (at) => {
    await dieAt(at, () => cloud.call("cloudformation", "UpdateStack", deployment("two")));
    cloud.restart();
    const outputs = await settledAs("shop", "UPDATE_COMPLETE");
    expect(await observed(outputs)).toEqual(wanted("two", TWO));
  });
});

test("an update that fails at any call goes back to what was", async () => {
  await forCallsOf("UpdateStack", async (at) => {
    cloud.failAt(at);
    await cloud.deploy("UpdateStack", deployment("two"));
    const { status, outputs } = await cloud.settled("shop");
    expect([at, status]).toEqual([at, "UPDATE_ROLLBACK_COMPLETE"]);
    expect(await observed(outputs)).toEqual(wanted("one", ONE));
  });
});
