/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-usageplan.html */
import type { Input } from "../../wire/operations.ts";
import { list, map, number, object, tagList, text } from "./property-shape.ts";
import {
  call,
  changes,
  type ResourceContext,
  type ResourceType,
  resourceType,
  retag,
  tagsOf,
  unless,
} from "./resource-type.ts";

type Patch = NonNullable<Input<"apigateway", "UpdateUsagePlan">["patchOperations"]>[number];

const GONE = ["NotFoundException"];
const throttle = object({ BurstLimit: number, RateLimit: number });
const apiStage = object({ ApiId: text, Stage: text, Throttle: map(throttle) }, ["ApiId", "Stage"]);
type ApiStage = ReturnType<typeof apiStage>;

const properties = {
  ApiStages: changes(list(apiStage)),
  Description: changes(text),
  Quota: changes(object({ Limit: number, Offset: number, Period: text })),
  Tags: changes(tagList),
  Throttle: changes(throttle),
  UsagePlanName: changes(text),
};

export const apigatewayUsagePlan: ResourceType = resourceType({
  type: "AWS::ApiGateway::UsagePlan",
  attributes: ["Id"],
  properties,
  async create(ctx, given) {
    const name = given.UsagePlanName ?? ctx.logicalId;
    const earlier = ctx.resumed ? await planNamed(ctx, name) : undefined;
    const { Quota: quota } = given;
    const made =
      earlier ??
      (
        await call(ctx, "apigateway", "CreateUsagePlan", {
          name,
          description: given.Description,
          apiStages: given.ApiStages?.map(({ ApiId, Stage, Throttle }) => ({
            apiId: ApiId,
            stage: Stage,
            throttle: Throttle && limitsOf(Throttle),
          })),
          quota: quota && { limit: quota.Limit, offset: quota.Offset, period: quota.Period },
          throttle: given.Throttle && limits(given.Throttle),
          tags: tagsOf(ctx, given.Tags),
        })
      ).id;
    return { physicalId: made ?? "", attributes: { Id: made ?? "" } };
  },
  async update(ctx, live, given, before) {
    const patchOperations = [
      ...plainPatches(given, ctx.logicalId),
      ...stagePatches(given.ApiStages ?? [], before.ApiStages ?? []),
    ];
    const usagePlanId = live.physicalId;
    await call(ctx, "apigateway", "UpdateUsagePlan", { usagePlanId, patchOperations });
    const resourceArn = `arn:aws:apigateway:${ctx.caller.region}::/usageplans/${usagePlanId}`;
    await retag(
      ctx,
      { after: given.Tags, before: before.Tags },
      {
        tag: (tags) => call(ctx, "apigateway", "TagResource", { resourceArn, tags }),
        untag: (tagKeys) => call(ctx, "apigateway", "UntagResource", { resourceArn, tagKeys }),
      },
    );
    return live;
  },
  async delete(ctx, { physicalId: usagePlanId }) {
    const plan = await unless(GONE, call(ctx, "apigateway", "GetUsagePlan", { usagePlanId }));
    const patchOperations = (plan?.apiStages ?? []).map(({ apiId, stage }) => ({
      op: "remove",
      path: "/apiStages",
      value: `${apiId}:${stage}`,
    }));
    if (patchOperations.length > 0) {
      await call(ctx, "apigateway", "UpdateUsagePlan", { usagePlanId, patchOperations }).catch(
        stagesGone,
      );
    }
    await unless(GONE, call(ctx, "apigateway", "DeleteUsagePlan", { usagePlanId }));
  },
});

/** Stages that went before their plan are no longer in the way. */
function stagesGone(error: unknown): void {
  if ((error as { readonly code?: unknown }).code !== "NotFoundException") {
    throw error;
  }
}

async function planNamed(ctx: ResourceContext, wanted: string): Promise<string | undefined> {
  const { items = [] } = await call(ctx, "apigateway", "GetUsagePlans", { limit: 500 });
  return items.find(({ name }) => name === wanted)?.id;
}

function limits({ BurstLimit, RateLimit }: ReturnType<typeof throttle>) {
  return { burstLimit: BurstLimit, rateLimit: RateLimit };
}

function limitsOf(byMethod: Readonly<Record<string, ReturnType<typeof throttle>>>) {
  return Object.fromEntries(Object.entries(byMethod).map(([key, one]) => [key, limits(one)]));
}

function plainPatches(
  given: {
    readonly Description?: string | undefined;
    readonly Quota?:
      | {
          readonly Limit?: number | undefined;
          readonly Offset?: number | undefined;
          readonly Period?: string | undefined;
        }
      | undefined;
    readonly Throttle?: ReturnType<typeof throttle> | undefined;
    readonly UsagePlanName?: string | undefined;
  },
  logicalId: string,
): readonly Patch[] {
  const { Quota, Throttle } = given;
  const members = {
    "/name": given.UsagePlanName ?? logicalId,
    "/description": given.Description ?? "",
    "/quota/limit": Quota?.Limit,
    "/quota/offset": Quota?.Offset,
    "/quota/period": Quota?.Period,
    "/throttle/burstLimit": Throttle?.BurstLimit,
    "/throttle/rateLimit": Throttle?.RateLimit,
  };
  return [
    ...(Quota === undefined ? [{ op: "remove", path: "/quota" }] : []),
    ...(Throttle === undefined ? [{ op: "remove", path: "/throttle" }] : []),
    ...Object.entries(members).flatMap(([path, value]) =>
      value === undefined ? [] : [{ op: "replace", path, value: String(value) }],
    ),
  ];
}

/** Stages are told anew as a whole, with their limits by method. */
function stagePatches(after: readonly ApiStage[], before: readonly ApiStage[]): readonly Patch[] {
  const named = ({ ApiId, Stage }: ApiStage): string => `${ApiId}:${Stage}`;
  const gone = before.filter((one) => !after.some((other) => named(other) === named(one)));
  return [
    ...gone.map((one) => ({ op: "remove", path: "/apiStages", value: named(one) })),
    ...after.map((one) => ({ op: "add", path: "/apiStages", value: named(one) })),
    ...after.flatMap((one) =>
      Object.entries(one.Throttle ?? {}).flatMap(([key, { BurstLimit, RateLimit }]) =>
        Object.entries({ burstLimit: BurstLimit, rateLimit: RateLimit }).flatMap(([name, value]) =>
          value === undefined
            ? []
            : [
                {
                  op: "replace",
                  path: `/apiStages/${named(one)}/throttle/${key.replaceAll("/", "~1")}/${name}`,
                  value: String(value),
                },
              ],
        ),
      ),
    ),
  ];
}
