/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html */
import type { Input } from "../../wire/operations.ts";
import {
  boolean,
  json,
  list,
  map,
  number,
  object,
  type Shape,
  tagList,
  text,
} from "./property-shape.ts";
import {
  call,
  changes,
  created,
  found,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";
import { checkDefinitionProperties, definitionText } from "./stepfunctions-definition.ts";
import { waitUntil } from "./wait.ts";

const GONE = ["StateMachineDoesNotExist"];

const logging = object({
  Destinations: list(object({ CloudWatchLogsLogGroup: object({ LogGroupArn: text }) })),
  IncludeExecutionData: boolean,
  Level: text,
});

interface EncryptionProperty {
  readonly KmsDataKeyReusePeriodSeconds?: number | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly Type: string;
}

export const encryption: Shape<EncryptionProperty> = object(
  { KmsDataKeyReusePeriodSeconds: number, KmsKeyId: text, Type: text },
  ["Type"],
);

export const stepfunctionsStateMachine: ResourceType = resourceType({
  type: "AWS::StepFunctions::StateMachine",
  attributes: ["Arn", "Name", "StateMachineRevisionId"],
  physicalName: { property: "StateMachineName", lengthMax: 80 },
  properties: {
    Definition: changes(json),
    DefinitionS3Location: changes(
      object({ Bucket: text, Key: text, Version: text }, ["Bucket", "Key"]),
    ),
    DefinitionString: changes(text),
    DefinitionSubstitutions: changes(map(text)),
    EncryptionConfiguration: changes(encryption),
    LoggingConfiguration: changes(logging),
    RoleArn: changes(text),
    StateMachineName: replaces(text),
    StateMachineType: replaces(text),
    Tags: changes(tagList),
    TracingConfiguration: changes(object({ Enabled: boolean })),
  },
  required: ["RoleArn"],
  check: (properties) => checkDefinitionProperties(properties),
  exists: (ctx) =>
    found(GONE, call(ctx, "states", "DescribeStateMachine", { stateMachineArn: arnOf(ctx) })),
  identify: (ctx) => arnOf(ctx),
  async create(ctx, properties) {
    const tags = tagsOf(ctx, properties.Tags);
    await created(
      ctx,
      ["StateMachineAlreadyExists"],
      call(ctx, "states", "CreateStateMachine", {
        name: ctx.name,
        definition: await definitionText(ctx, properties),
        roleArn: properties.RoleArn,
        type: properties.StateMachineType,
        ...settingsOf(properties),
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    );
    return live(ctx);
  },
  async update(ctx, { physicalId: stateMachineArn }, properties, before) {
    await call(ctx, "states", "UpdateStateMachine", {
      stateMachineArn,
      definition: await definitionText(ctx, properties),
      roleArn: properties.RoleArn,
      ...resetSettings(before),
      ...settingsOf(properties),
    });
    await retag(
      ctx,
      { after: properties.Tags, before: before.Tags },
      {
        tag: (added) =>
          call(ctx, "states", "TagResource", {
            resourceArn: stateMachineArn,
            tags: Object.entries(added).map(([key, value]) => ({ key, value })),
          }),
        untag: (tagKeys) =>
          call(ctx, "states", "UntagResource", { resourceArn: stateMachineArn, tagKeys }),
      },
    );
    return live(ctx);
  },
  async delete(ctx, { physicalId: stateMachineArn }) {
    await call(ctx, "states", "DeleteStateMachine", { stateMachineArn });
    await waitUntil(ctx, `${stateMachineArn} to be deleted`, async () => {
      const left = call(ctx, "states", "DescribeStateMachine", { stateMachineArn });
      return (await unless(GONE, left)) === undefined ? true : undefined;
    });
  },
});

interface Settings {
  readonly LoggingConfiguration?: ReturnType<typeof logging> | undefined;
  readonly TracingConfiguration?: { readonly Enabled?: boolean | undefined } | undefined;
  readonly EncryptionConfiguration?: EncryptionProperty | undefined;
}

type MachineSettings = Pick<
  Input<"states", "CreateStateMachine">,
  "loggingConfiguration" | "tracingConfiguration" | "encryptionConfiguration"
>;

function settingsOf(properties: Settings): MachineSettings {
  const { LoggingConfiguration: logs, TracingConfiguration: tracing } = properties;
  return {
    ...(logs !== undefined && {
      loggingConfiguration: {
        level: logs.Level,
        includeExecutionData: logs.IncludeExecutionData,
        destinations: logs.Destinations?.map(({ CloudWatchLogsLogGroup: group }) => ({
          cloudWatchLogsLogGroup: { logGroupArn: group?.LogGroupArn },
        })),
      },
    }),
    ...(tracing !== undefined && { tracingConfiguration: { enabled: tracing.Enabled } }),
    ...encryptionInput(properties.EncryptionConfiguration),
  };
}

export function encryptionInput(
  given: EncryptionProperty | undefined,
): Pick<Input<"states", "CreateActivity">, "encryptionConfiguration"> {
  return given === undefined
    ? {}
    : {
        encryptionConfiguration: {
          type: given.Type,
          kmsKeyId: given.KmsKeyId,
          kmsDataKeyReusePeriodSeconds: given.KmsDataKeyReusePeriodSeconds,
        },
      };
}

/** What a property that is gone from the template goes back to. */
function resetSettings(before: Settings): MachineSettings {
  return {
    ...(before.LoggingConfiguration !== undefined && { loggingConfiguration: { level: "OFF" } }),
    ...(before.TracingConfiguration !== undefined && { tracingConfiguration: { enabled: false } }),
    ...(before.EncryptionConfiguration !== undefined && {
      encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    }),
  };
}

function arnOf({ caller, name }: ResourceContext): string {
  return `arn:aws:states:${caller.region}:${caller.accountId}:stateMachine:${name}`;
}

async function live(ctx: ResourceContext): Promise<LiveResource> {
  const stateMachineArn = arnOf(ctx);
  const { revisionId } = await call(ctx, "states", "DescribeStateMachine", { stateMachineArn });
  return {
    physicalId: stateMachineArn,
    attributes: {
      Arn: stateMachineArn,
      Name: ctx.name,
      StateMachineRevisionId: revisionId ?? "INITIAL",
    },
  };
}
