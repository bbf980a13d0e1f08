/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html */
import { boolean, number, object, text } from "./property-shape.ts";
import {
  call,
  changes,
  type LiveResource,
  type ResourceContext,
  type ResourceType,
  replaces,
  resourceType,
  unless,
} from "./resource-type.ts";

const rules = object({
  AutomaticallyAfterDays: number,
  Duration: text,
  ScheduleExpression: text,
});

interface Properties {
  readonly RotateImmediatelyOnUpdate?: boolean | undefined;
  readonly RotationLambdaARN?: string | undefined;
  readonly RotationRules?: ReturnType<typeof rules> | undefined;
  readonly SecretId: string;
}

export const secretsManagerRotationSchedule: ResourceType = resourceType({
  type: "AWS::SecretsManager::RotationSchedule",
  attributes: ["Id"],
  properties: {
    RotateImmediatelyOnUpdate: changes(boolean),
    RotationLambdaARN: changes(text),
    RotationRules: changes(rules),
    SecretId: replaces(text),
  },
  required: ["SecretId"],
  identify: (_, { SecretId }) => SecretId,
  create: rotate,
  update: (ctx, _, properties) => rotate(ctx, properties),
  async delete(ctx, { physicalId: SecretId }) {
    await unless(
      ["ResourceNotFoundException", "InvalidRequestException"],
      call(ctx, "secretsmanager", "CancelRotateSecret", { SecretId }),
    );
  },
});

async function rotate(ctx: ResourceContext, properties: Properties): Promise<LiveResource> {
  const { RotateImmediatelyOnUpdate: RotateImmediately, SecretId, ...rotation } = properties;
  const earlier = ctx.resumed ? await configuredEarlier(ctx, properties) : undefined;
  const { ARN = "" } =
    earlier ??
    (await call(ctx, "secretsmanager", "RotateSecret", {
      SecretId,
      RotateImmediately,
      ...rotation,
    }));
  return { physicalId: ARN, attributes: { Id: ARN } };
}

/** The secret, when an earlier run has configured it: it is not rotated once more. */
async function configuredEarlier(
  ctx: ResourceContext,
  { SecretId, RotationLambdaARN, RotationRules }: Properties,
): Promise<{ readonly ARN?: string | undefined } | undefined> {
  const secret = await call(ctx, "secretsmanager", "DescribeSecret", { SecretId });
  const present = { ...secret.RotationRules };
  const isSame = Object.entries(RotationRules ?? {}).every(
    ([name, value]) => present[name as keyof typeof present] === value,
  );
  const isConfigured =
    secret.RotationEnabled === true &&
    isSame &&
    (RotationLambdaARN === undefined || RotationLambdaARN === secret.RotationLambdaARN);
  return isConfigured ? secret : undefined;
}
